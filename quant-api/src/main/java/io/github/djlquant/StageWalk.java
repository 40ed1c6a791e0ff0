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
package io.github.djlquant;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.recipe.Method;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * The order of the stages before and behind the measuring of ranges, for whoever goes through them:
 * a run, which times and proves each, or its {@link Rehearsal}.
 *
 * <pre>
 *   fuse | equalize | (measure) | equalize, informed | plan | round | convert
 *   --- prepare ----            --------- decide ----------   ---- obey -----
 * </pre>
 *
 * @param stages runs one stage
 */
record StageWalk(Stages stages) {

    /** Runs one stage after the other, each in its own way. */
    interface Stages {

        /** Runs the transforms of a phase. */
        Graph rewrite(Phase phase, Graph graph, TransformContext context);

        /** Runs the planner. */
        PlanChoice plan(Supplier<PlanChoice> planner);
    }

    /**
     * What was decided behind the measuring.
     *
     * @param equalized the last float graph, which the plan is of
     * @param choice the plan
     * @param context what is known and noted, with the plan
     */
    record Decided(Graph equalized, PlanChoice choice, TransformContext context) {}

    /**
     * What needs no look at data; calibration is to see divided values.
     *
     * @param survey looks at the fused graph's channels and adds what it sees
     */
    Graph prepare(
            Graph graph,
            TransformContext start,
            BiFunction<Graph, TransformContext, TransformContext> survey) {
        Graph fused = stages.rewrite(Phase.FUSE, graph, start);
        return stages.rewrite(Phase.EQUALIZE, fused, survey.apply(fused, start));
    }

    /** What follows on the statistics, if the recipe takes any. */
    Decided decide(Graph observed, TransformContext informed) {
        Graph equalized = stages.rewrite(Phase.EQUALIZE, observed, informed);
        PlanChoice choice = stages.plan(() -> PlanChoice.of(equalized, informed));
        return new Decided(equalized, choice, informed.withPlan(choice.plan()));
    }

    /** The graph that obeys the plan. */
    Graph obey(Decided decided) {
        TransformContext context = decided.context();
        Graph rounded = stages.rewrite(Phase.ROUND, decided.equalized(), context);
        return context.recipe().method() == Method.FLOAT
                ? rounded
                : stages.rewrite(Phase.CONVERT, rounded, context);
    }
}
