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

import java.util.List;
import java.util.stream.Collectors;

/**
 * What the engine really runs, read back from its own optimized form of an artifact.
 *
 * @param kernels every kernel of the optimized graph in order
 */
public record Execution(List<Kernel> kernels) {

    /** Copies the list. */
    public Execution {
        kernels = List.copyOf(kernels);
    }

    /**
     * One kernel of the engine's optimized graph.
     *
     * @param name the node of the artifact that it stands for, or else the engine's name
     * @param op the engine's operator, such as {@code QLinearConv}
     * @param int8 true if it computes on integers
     * @param remark why it is not int8, or what was fused into it; may be empty
     */
    public record Kernel(String name, String op, boolean int8, String remark) {}

    /**
     * Counts kernels by operator.
     *
     * @return text such as {@code 53 QLinearConv, 16 QLinearAdd}
     */
    public String summary() {
        return kernels.stream()
                .collect(
                        Collectors.groupingBy(
                                Kernel::op, java.util.TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .sorted((a, b) -> Long.compare(b.getValue(), a.getValue()))
                .map(e -> e.getValue() + " " + e.getKey())
                .collect(Collectors.joining(", "));
    }
}
