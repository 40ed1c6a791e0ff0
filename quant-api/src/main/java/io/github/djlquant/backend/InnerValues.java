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
package io.github.djlquant.backend;

import io.github.djlquant.graph.Graph;
import java.util.Map;
import java.util.Objects;

/**
 * An artifact with the inner values that stand for values of its source.
 *
 * @param graph the artifact's graph, in which all of them are floats
 * @param bySource the value in the graph by the value's name in the source; empty where the graph
 *     tells by itself, by quantize and dequantize nodes or by equal names
 */
public record InnerValues(Graph graph, Map<String, String> bySource) {

    /** Copies the map. */
    public InnerValues {
        Objects.requireNonNull(graph, "graph");
        bySource = Map.copyOf(bySource);
    }
}
