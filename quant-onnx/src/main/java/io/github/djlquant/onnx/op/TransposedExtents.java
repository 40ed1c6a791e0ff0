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
package io.github.djlquant.onnx.op;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.Window;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The output extents of transposed convolutions, as the ONNX specification defines them. */
final class TransposedExtents {

    private TransposedExtents() {}

    static Optional<long[]> of(Graph graph, Node node, Function<String, Optional<long[]>> known) {
        Optional<long[]> data = known.apply(node.input(0));
        Optional<long[]> weight =
                graph.constant(node.input(1))
                        .or(
                                () ->
                                        graph.producer(node.input(1))
                                                .flatMap(maker -> graph.constant(maker.input(0))))
                        .map(Tensor::shape)
                        .map(shape -> shape.toArray());
        Window window = new OnnxWindows().of(node).orElseThrow();
        if (data.isEmpty() || weight.isEmpty()) {
            return Optional.empty();
        }
        List<Long> fixed = node.intsAttribute("output_shape");
        return window.transposed(data.get(), weight.get(), node.intsAttribute("output_padding"))
                .filter(made -> fixed.isEmpty() || fixed.size() == made.length - 2)
                .map(made -> withExtents(made, fixed));
    }

    private static long[] withExtents(long[] made, List<Long> fixed) {
        for (int i = 0; i < fixed.size(); i++) {
            made[i + 2] = fixed.get(i);
        }
        return made;
    }
}
