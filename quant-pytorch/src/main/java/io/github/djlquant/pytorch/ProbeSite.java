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
package io.github.djlquant.pytorch;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.observe.MeasureSite;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Where somebody else's measure adds its nodes.
 *
 * @param behind the value behind which they have their place
 * @param value what they read
 */
record ProbeSite(Graph graph, ProbeCalls calls, String behind, String value)
        implements MeasureSite {

    @Override
    public String constant(Tensor tensor) {
        return calls.constant(tensor);
    }

    @Override
    public String insert(BiFunction<String, List<String>, Node> node) {
        return calls.insert(behind, "measured", node);
    }
}
