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
package io.github.djlquant.pytorch.op;

import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.calibrate.ObservationRequest;
import io.github.djlquant.calibrate.RangeMethod;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.plan.Planner;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.TransformPipeline;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The line up to the plan on a small graph, with statistics that are made up. */
record AtenLine(Graph fused, Graph equalized, QuantPlan plan, TransformContext context) {

    static final Target ANY = new Target("any", null, true, "2.7.1", LibtorchKernels.kernels());
    static final Recipe RECIPE =
            Recipe.staticInt8().withRanges(new RangeMethod.MinMax()).withBiasCorrection(false);

    /** Every value lies between -2 and 2, but for those behind a clamp. */
    static AtenLine of(Graph graph) {
        TransformContext context = new TransformContext(AtenOpCatalog.catalog(), RECIPE, ANY);
        TransformPipeline pipeline = TransformPipeline.load();
        Graph fused = pipeline.run(Phase.FUSE, graph, context);
        Map<String, ObservationRequest> wanted = new Planner(fused, context).valuesToObserve();
        Map<String, Statistics> table = new LinkedHashMap<>();
        for (String value : wanted.keySet()) {
            boolean clamped =
                    fused.producer(value)
                            .flatMap(
                                    node ->
                                            AtenOpCatalog.catalog()
                                                    .spec(node)
                                                    .clamp()
                                                    .apply(fused, node))
                            .isPresent();
            table.put(value, new Statistics(clamped ? 0 : -2, 2));
        }
        TransformContext informed = context.withStatistics(new CalibrationTable(table));
        Graph equalized = pipeline.run(Phase.EQUALIZE, fused, informed);
        QuantPlan plan = new Planner(equalized, informed).plan();
        return new AtenLine(fused, equalized, plan, informed);
    }

    /** One line per node: form, name, operator. */
    String forms() {
        return plan.nodes().stream()
                .map(node -> node.form() + " " + node.node() + " " + node.op())
                .collect(Collectors.joining("\n"));
    }
}
