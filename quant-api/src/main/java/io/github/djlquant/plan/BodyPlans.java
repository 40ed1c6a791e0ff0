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
package io.github.djlquant.plan;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.transform.TransformContext;
import java.util.List;

/**
 * Plans what lies in the bodies of If, Loop and Scan, each body as if it stood alone, and always
 * without data: no probe reaches a value there, and which branch runs, and how often, is the data's
 * own choice. So the inputs of its products get their scales at run time, under static recipes too.
 * Work counts once for each round, and once where the data decide how many there are.
 */
final class BodyPlans {

    /** What is said of the node that holds a body. */
    static final String REASON = "what lies in its bodies is decided on there";

    /** What is said of work that may be done any number of times. */
    static final String ONCE = "counted for one run of its body: the data decide how often it runs";

    private BodyPlans() {}

    /** The plans of all bodies, to any depth, by the names that nodes and values have outside. */
    static List<QuantPlan> of(Graph graph, TransformContext context, Macs macs) {
        return NestedBody.of(graph, context.catalog(), macs).stream()
                .map(
                        body ->
                                new DynamicPlanner(body.graph(), context.withSample(body.sample()))
                                        .plan()
                                        .under(body))
                .toList();
    }
}
