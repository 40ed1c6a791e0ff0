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

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.djlquant.TemporaryFolder;
import io.github.djlquant.backend.Execution;
import io.github.djlquant.backend.Profile;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.read.OnnxReader;
import io.github.djlquant.plan.QuantPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Has the runtime optimize a file and reads back which kernels it chose.
 *
 * <pre>
 *   model.onnx -> session (all optimizations) -> optimized.onnx -> kernels with remarks
 * </pre>
 */
final class ReadBackExecution {

    /** Kernels on integers that neither start with QLinear nor with MatMulInteger. */
    private static final Set<String> INTEGER_KERNELS =
            Set.of(
                    "QGemm",
                    "QAttention",
                    "ConvInteger",
                    "DynamicQuantizeMatMul",
                    "DynamicQuantizeLSTM",
                    "MatMulNBits",
                    "QEmbedLayerNormalization",
                    "QMoE");

    /** They only change between float and integer form. */
    private static final Set<String> CONVERSIONS =
            Set.of("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear");

    /** What would multiply and accumulate in float. */
    private static final Set<String> HEAVY =
            Set.of(
                    "Conv",
                    "FusedConv",
                    "ConvTranspose",
                    "Gemm",
                    "FusedGemm",
                    "MatMul",
                    "FusedMatMul",
                    "Attention",
                    "MultiHeadAttention",
                    "LSTM",
                    "GRU",
                    "RNN");

    private static final int WARM_UP = 10;

    private final Graph graph;
    private final WrittenNames names;

    private ReadBackExecution(Graph written, Graph graph) {
        this.graph = graph;
        this.names =
                new WrittenNames(
                        written,
                        graph,
                        node -> HEAVY.contains(node.op().name()),
                        node -> CONVERSIONS.contains(node.op().name()));
    }

    static Execution of(Path file) throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path optimized = folder.path().resolve("optimized.onnx");
            try (OrtSession session = OrtSessions.open(file, RunOptions.DEFAULT, optimized)) {
                return new Execution(
                        kernels(OnnxReader.read(file), OnnxReader.read(optimized), ""));
            } catch (OrtException e) {
                throw OrtFailures.onOpen(e, file.toString());
            }
        }
    }

    /** Runs the file under the runtime's profiler; each kernel gets its median time. */
    static Profile timed(Path file, Map<String, Tensor> feeds, RunOptions options, int calls)
            throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path optimized = folder.path().resolve("optimized.onnx");
            Path times = folder.path().resolve("profile");
            try (OrtSession session = OrtSessions.open(file, options, optimized, times)) {
                OrtRunner.run(session, feeds, WARM_UP + calls);
                KernelTimes measured = KernelTimes.read(Path.of(session.endProfiling()), WARM_UP);
                Graph graph = OnnxReader.read(optimized);
                List<Execution.Kernel> kernels = kernels(OnnxReader.read(file), graph, "");
                return new Profile(
                        measured.of(graph, kernels),
                        "ONNX Runtime's profiler, median of " + calls + " calls");
            } catch (OrtException e) {
                throw OrtFailures.onOpen(e, file.toString());
            }
        }
    }

    /** Those of bodies too, named by their path as in the plan. */
    private static List<Execution.Kernel> kernels(Graph written, Graph optimized, String path) {
        ReadBackExecution here = new ReadBackExecution(written, optimized);
        List<Execution.Kernel> found = new ArrayList<>();
        for (Node node : optimized.nodes()) {
            Execution.Kernel kernel = here.kernel(node);
            found.add(
                    new Execution.Kernel(
                            path + kernel.name(), kernel.op(), kernel.int8(), kernel.remark()));
            Optional<Node> source = written.node(kernel.name());
            node.attributes()
                    .forEach(
                            (key, attribute) -> {
                                if (attribute instanceof Attribute.GraphAttribute nested) {
                                    Graph before =
                                            source.flatMap(from -> body(from, key))
                                                    .orElse(nested.body());
                                    String inside = QuantPlan.path(source.orElse(node), key);
                                    found.addAll(kernels(before, nested.body(), path + inside));
                                }
                            });
        }
        return found;
    }

    private static Optional<Graph> body(Node node, String key) {
        return node.attributes().get(key) instanceof Attribute.GraphAttribute nested
                ? Optional.of(nested.body())
                : Optional.empty();
    }

    private Execution.Kernel kernel(Node node) {
        boolean int8 = isInteger(node);
        return new Execution.Kernel(
                names.of(node), node.op().name(), int8, int8 ? "" : whyFloat(node));
    }

    private static boolean isInteger(Node node) {
        String op = node.op().name();
        return op.startsWith("QLinear")
                || op.startsWith("MatMulInteger")
                || INTEGER_KERNELS.contains(op);
    }

    private String whyFloat(Node node) {
        String op = node.op().name();
        if (CONVERSIONS.contains(op)) {
            return "conversion";
        }
        boolean afterDequantize = producers(node).anyMatch(n -> is(n, "DequantizeLinear"));
        boolean beforeQuantize =
                node.outputs().stream()
                        .flatMap(value -> graph.consumers(value).stream())
                        .anyMatch(n -> is(n, "QuantizeLinear"));
        if (!HEAVY.contains(op)) {
            return afterDequantize && beforeQuantize
                    ? "between DequantizeLinear and QuantizeLinear, but the runtime has no integer"
                            + " kernel for it here"
                    : "";
        }
        if (!afterDequantize) {
            return "float: no input is quantized";
        }
        return beforeQuantize
                ? "float: the runtime did not fuse it with its DequantizeLinear and QuantizeLinear"
                        + " (type or shape of weights, or a bias that is not int32)"
                : "float: its output is not quantized";
    }

    private Stream<Node> producers(Node node) {
        return node.inputs().stream()
                .flatMap(value -> graph.producer(value).stream())
                .flatMap(made -> is(made, "ReorderInput") ? producers(made) : Stream.of(made));
    }

    private static boolean is(Node node, String op) {
        return node.op().name().equals(op);
    }
}
