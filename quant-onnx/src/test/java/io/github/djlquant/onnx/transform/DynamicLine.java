/*
 * Copyright 2026 The djl-quant authors
 *
 * Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file except
 * in compliance with the License. You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software distributed under the License
 * is distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express
 * or implied. See the License for the specific language governing permissions and limitations under
 * the License.
 */
package io.github.djlquant.onnx.transform;

import io.github.djlquant.backend.Kernels;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.plan.DynamicPlanner;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.TransformPipeline;

/** The line without data on a small graph. */
record DynamicLine(QuantPlan plan, Graph converted) {

    static DynamicLine of(Graph graph) {
        return of(graph, Recipe.dynamicInt8(), MiniatureLine.ANY);
    }

    /** Products of any size: what is tested is small. */
    static DynamicLine of(Graph graph, Recipe recipe, Target target) {
        Target any =
                new Target(
                        target.name(),
                        target.cpu(),
                        target.pairSafeWeights(),
                        target.runtimeVersion(),
                        target.kernels().withDynamic(Kernels.DynamicProducts.ALWAYS));
        return sized(graph, recipe, any);
    }

    /** Products of the size that the target's kernels ask for. */
    static DynamicLine sized(Graph graph, Recipe recipe, Target target) {
        TransformContext context = new TransformContext(OnnxOpCatalog.catalog(), recipe, target);
        TransformPipeline pipeline = TransformPipeline.load();
        Graph prepared = pipeline.run(Phase.FUSE, graph, context);
        QuantPlan plan = new DynamicPlanner(prepared, context).plan();
        TransformContext planned = context.withPlan(plan);
        Graph rounded = pipeline.run(Phase.ROUND, prepared, planned);
        return new DynamicLine(plan, pipeline.run(Phase.CONVERT, rounded, planned));
    }

    /** Why a node stays float. */
    String reason(String node) {
        return plan.node(node).orElseThrow().reason();
    }
}
