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
package io.github.djlquant.onnx.write;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.djlquant.OutputException;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Bytes;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.proto.GraphProto;
import io.github.djlquant.onnx.proto.ModelProto;
import io.github.djlquant.onnx.proto.OnnxAttachments;
import io.github.djlquant.onnx.proto.OperatorSetIdProto;
import io.github.djlquant.onnx.proto.StringStringEntryProto;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes a {@link Graph} as an ONNX model file. Weights stream from where they lie to the file; the
 * same graph gives the same bytes. Writing is plain: a caller that replaces a user's file writes
 * beside it, verifies and moves.
 */
public final class OnnxWriter {

    private OnnxWriter() {}

    /**
     * Writes a model with {@link WriteOptions#DEFAULT}.
     *
     * @param graph the graph, of ONNX operators
     * @param file the model file; replaced, which does not disturb graphs that were read from it
     * @return the files written: the model and, if it does not fit one file, that of its weights
     * @throws UnsupportedModelException if the graph holds what ONNX can't express
     * @throws QuantizationException if writing fails
     */
    public static List<Path> write(Graph graph, Path file) {
        return write(graph, file, WriteOptions.DEFAULT);
    }

    /**
     * Writes a model.
     *
     * @param graph the graph, of ONNX operators
     * @param file the model file; replaced, which does not disturb graphs that were read from it
     * @param options versions, producer and where weights go
     * @return the files written: the model and, if it does not fit one file, that of its weights
     * @throws UnsupportedModelException if the graph holds what ONNX can't express, or an IR
     *     version was asked for that can't hold it
     * @throws QuantizationException if writing fails
     */
    public static List<Path> write(Graph graph, Path file, WriteOptions options) {
        requireOnnx(graph, file);
        List<Path> written = new ArrayList<>(List.of(file));
        try {
            if (weightBytes(graph) <= options.inlineLimit()) {
                write(graph, file, options, TensorWriter.inline());
                return List.copyOf(written);
            }
            String name =
                    options.externalName() == null
                            ? file.getFileName() + ".data"
                            : options.externalName();
            Path data = file.toAbsolutePath().resolveSibling(name);
            written.add(data);
            try (ExternalDataWriter external =
                    new ExternalDataWriter(data, name, options.durable())) {
                write(graph, file, options, TensorWriter.with(external));
            }
            return List.copyOf(written);
        } catch (IOException e) {
            throw OutputException.of(
                    Problem.of("the model can't be written").in(file).actual(e), e);
        }
    }

    /**
     * Encodes a model that never becomes a file, with all weights inside.
     *
     * @param graph the graph, of ONNX operators
     * @return the encoded model
     * @throws UnsupportedModelException if the graph holds what ONNX can't express, or its weights
     *     exceed {@link WriteOptions#DEFAULT}'s limit
     */
    public static byte[] toBytes(Graph graph) {
        requireOnnx(graph, null);
        if (!fitsInMemory(graph)) {
            throw new UnsupportedModelException(
                    Problem.of("the weights are too large for a model in memory")
                            .expected("at most " + WriteOptions.DEFAULT.inlineLimit() + " bytes")
                            .next("Write the model to a file"));
        }
        return encode(graph, TensorWriter.inline());
    }

    /**
     * Encodes a model that is read while the files of its weights are where they are.
     *
     * @param graph the graph, of ONNX operators
     * @param weights those that stay in their files; the others must fit one message
     * @return the encoded model, which names files relative to {@link WeightsInPlace#folder()}
     * @throws UnsupportedModelException if the graph holds what ONNX can't express
     */
    public static byte[] toBytes(Graph graph, WeightsInPlace weights) {
        requireOnnx(graph, null);
        return encode(graph, TensorWriter.with(weights));
    }

    private static byte[] encode(Graph graph, TensorWriter tensors) {
        try {
            ModelStream stream = new ModelStream();
            GraphProto head = new GraphWriter(tensors).write(graph, stream);
            return stream.toBytes(model(graph, null, WriteOptions.DEFAULT), head);
        } catch (IOException e) {
            throw new QuantizationException(Problem.of("the model can't be encoded").actual(e), e);
        }
    }

    /**
     * Tells whether {@link #toBytes} can encode a graph.
     *
     * @param graph the graph
     * @return true if its weights fit one message
     */
    public static boolean fitsInMemory(Graph graph) {
        return weightBytes(graph) <= WriteOptions.DEFAULT.inlineLimit();
    }

    /**
     * Returns the IR version that a graph is written with by default.
     *
     * @param graph the graph, of ONNX operators
     * @param file the file it will be written to, named in errors
     * @return the IR version
     */
    public static long irVersion(Graph graph, Path file) {
        return IrVersion.choose(graph, source(graph, file), WriteOptions.DEFAULT.irVersion(), file);
    }

    private static void write(Graph graph, Path file, WriteOptions options, TensorWriter tensors)
            throws IOException {
        ModelStream stream = new ModelStream();
        GraphProto head = new GraphWriter(tensors).write(graph, stream);
        stream.write(model(graph, file, options), head, file, options.durable());
    }

    private static ModelProto model(Graph graph, Path file, WriteOptions options) {
        ModelProto source = source(graph, file);
        ModelProto.Builder model = source.toBuilder();
        model.setIrVersion(IrVersion.choose(graph, source, options.irVersion(), file));
        if (options.producerName() != null) {
            model.setProducerName(options.producerName());
            model.setProducerVersion(options.producerVersion());
        }
        graph.opsets()
                .forEach(
                        (dialect, version) -> {
                            OperatorSetIdProto.Builder opset =
                                    OperatorSetIdProto.newBuilder().setVersion(version);
                            String domain = GraphWriter.domain(dialect);
                            if (!domain.isEmpty()) {
                                opset.setDomain(domain);
                            }
                            model.addOpsetImport(opset);
                        });
        graph.metadata()
                .forEach(
                        (key, text) ->
                                model.addMetadataProps(
                                        StringStringEntryProto.newBuilder()
                                                .setKey(key)
                                                .setValue(text)));
        return model.build();
    }

    private static ModelProto source(Graph graph, Path file) {
        Bytes source = graph.attachments().get(OnnxAttachments.MODEL);
        try {
            return source == null
                    ? ModelProto.getDefaultInstance()
                    : ModelProto.parseFrom(source.toArray());
        } catch (InvalidProtocolBufferException e) {
            throw new QuantizationException(
                    Problem.of("the graph's attachment " + OnnxAttachments.MODEL + " is damaged")
                            .in(file),
                    e);
        }
    }

    private static void requireOnnx(Graph graph, Path file) {
        Set<String> used = new TreeSet<>();
        Set<String> foreign = new TreeSet<>();
        collectDialects(graph, used, foreign);
        if (!foreign.isEmpty()) {
            throw new UnsupportedModelException(
                    Problem.of("operators have no form in ONNX")
                            .in(file)
                            .actual(foreign)
                            .next("Write the model in the format that it came from"));
        }
        used.removeAll(graph.opsets().keySet());
        if (!used.isEmpty()) {
            throw new UnsupportedModelException(
                    Problem.of("operators are used without the version of their dialect")
                            .in(file)
                            .expected("a version in Graph.opsets()")
                            .actual(used));
        }
    }

    private static void collectDialects(Graph graph, Set<String> used, Set<String> foreign) {
        for (Node node : graph.nodes()) {
            used.add(node.op().dialect());
            if (node.op().dialect().equals(OpType.ATEN)) {
                foreign.add(node.op().toString());
            }
            node.bodies().forEach(body -> collectDialects(body, used, foreign));
        }
    }

    /**
     * Returns the size of all weights, those in bodies too.
     *
     * @param graph the graph
     * @return bytes
     */
    public static long weightBytes(Graph graph) {
        long bytes = 0;
        for (Tensor tensor : graph.constants().values()) {
            bytes += tensor.storage().byteSize();
        }
        for (Node node : graph.nodes()) {
            for (Attribute attribute : node.attributes().values()) {
                if (attribute instanceof Attribute.TensorAttribute t) {
                    bytes += t.value().storage().byteSize();
                } else if (attribute instanceof Attribute.GraphAttribute g) {
                    bytes += weightBytes(g.body());
                }
            }
        }
        return bytes;
    }
}
