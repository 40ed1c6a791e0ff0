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
package io.github.djlquant.onnx;

import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.onnx.write.OnnxWriter;
import java.nio.file.Path;

/**
 * What {@link OnnxBackend#LOWEST_RUNTIME} reads: ONNX Runtime 1.21 was built with ONNX 1.17, whose
 * operator set is 22 and whose IR version is 10, and refuses anything newer.
 */
final class LowestRuntime {

    private static final long OPSET = 22;

    private static final long IR_VERSION = 10;

    private LowestRuntime() {}

    static void requireReads(Graph graph, Target target, Path file) {
        require("ONNX opset", OPSET, graph.opsets().getOrDefault(OpType.ONNX, 1L), target, file);
        require("ONNX IR version", IR_VERSION, OnnxWriter.irVersion(graph, file), target, file);
    }

    private static void require(String what, long most, long actual, Target target, Path file) {
        if (actual > most) {
            throw new UnsupportedModelException(
                    Problem.of(
                                    "the target "
                                            + target.name()
                                            + " promises to run on ONNX Runtime "
                                            + OnnxBackend.LOWEST_RUNTIME
                                            + ", which does not read this model's "
                                            + what)
                            .in(file)
                            .expected("at most " + most)
                            .actual(actual)
                            .next(
                                    "Choose the target here, or export the model again with an"
                                            + " opset of at most "
                                            + OPSET
                                            + " and without newer element types"));
        }
    }
}
