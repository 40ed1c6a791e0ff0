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
package io.github.djlquant.onnx.read;

import io.github.djlquant.graph.Bytes;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphChecker;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.onnx.proto.FunctionProto;
import io.github.djlquant.onnx.proto.ModelProto;
import io.github.djlquant.onnx.proto.OnnxAttachments;
import io.github.djlquant.onnx.proto.OperatorSetIdProto;
import io.github.djlquant.onnx.proto.StringStringEntryProto;
import io.github.djlquant.onnx.proto.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads an ONNX model file into a {@link Graph}.
 *
 * <p>Weights stay in the file, small ones as views of a map, large ones to be read when they are
 * needed: reading costs little memory, and the file must not be changed in place while the graph is
 * in use. Files are untrusted: whatever the bytes are, reading gives a legal graph or throws one of
 * the types below.
 *
 * <p>The default operator domain is the dialect {@link OpType#ONNX}; others keep their names.
 * {@code Constant} nodes and initializers become constants, also those that are inputs with
 * defaults in files of IR version 3. Nameless nodes are named after operator and first output.
 * Calls of the model's own functions become the functions' nodes. What the IR has no place for (IR
 * version, producer, documentation, annotations) lies in {@link Graph#attachments()} and {@link
 * io.github.djlquant.graph.Node#annotations()}, where the writer finds it.
 */
public final class OnnxReader {

    private OnnxReader() {}

    /**
     * Reads a model.
     *
     * @param file the model; external data must lie in its folder
     * @return a graph that {@link GraphChecker} accepts
     * @throws io.github.djlquant.ModelFormatException if the file is missing, truncated,
     *     inconsistent or not an ONNX model, or if external data is missing or not allowed
     * @throws io.github.djlquant.UnsupportedModelException if it is a model of a newer format
     *     version, for training, or of a form that is not handled; the message says what to do
     */
    public static Graph read(Path file) {
        return read(file, new ExternalData(file));
    }

    /**
     * Names the files that a model consists of.
     *
     * @param file the model
     * @return the model's file, then its files of external data by their names
     * @throws io.github.djlquant.ModelFormatException as {@link #read} does
     * @throws io.github.djlquant.UnsupportedModelException as {@link #read} does
     */
    public static List<Path> files(Path file) {
        ExternalData external = new ExternalData(file);
        read(file, external);
        List<Path> files = new ArrayList<>(List.of(file));
        files.addAll(external.files());
        return files;
    }

    private static Graph read(Path file, ExternalData external) {
        ModelFile parsed = ModelFile.read(file);
        Place at = new Place(file, "");
        requireKnownVersion(parsed.model(), at);
        ModelProto model = InlineFunctions.in(parsed.model(), at);
        if (model.getTrainingInfoCount() > 0) {
            throw at.unsupported(
                    "the model holds a training graph", "Export the model for inference");
        }
        for (FunctionProto function : model.getFunctionsList()) {
            StoredInline.require(function, at.step("function " + function.getName()));
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        for (StringStringEntryProto entry : model.getMetadataPropsList()) {
            metadata.put(entry.getKey(), entry.getValue());
        }
        byte[] rest =
                model.toBuilder()
                        .clearGraph()
                        .clearOpsetImport()
                        .clearMetadataProps()
                        .build()
                        .toByteArray();
        Graph graph =
                new GraphReader(external)
                        .read(
                                model.getGraph(),
                                parsed.weights(),
                                opsets(model, at),
                                metadata,
                                Map.of(OnnxAttachments.MODEL, Bytes.copyOf(rest)),
                                at);
        return GraphChecker.check(DataFlowOrder.of(graph), file.toString());
    }

    private static void requireKnownVersion(ModelProto model, Place at) {
        long newest = Version.IR_VERSION_VALUE;
        long version = model.getIrVersion();
        if (version < 1) {
            throw at.malformed("the model has no IR version", "1 to " + newest, version);
        } else if (version > newest) {
            throw at.unsupported(
                    "the model has IR version "
                            + version
                            + ", newer than "
                            + newest
                            + ", the newest known here",
                    "Export it with an older ir_version");
        }
    }

    private static Map<String, Long> opsets(ModelProto model, Place at) {
        Map<String, Long> opsets = new LinkedHashMap<>();
        for (OperatorSetIdProto opset : model.getOpsetImportList()) {
            String dialect = NodeReader.dialect(opset.getDomain(), at);
            long version = opset.getVersion();
            Long other = opsets.put(dialect, version);
            if (version < 1 || other != null && other != version) {
                throw at.malformed(
                        "the operator set '" + opset.getDomain() + "' is imported wrongly",
                        "one version, at least 1",
                        other == null ? version : other + " and " + version);
            }
        }
        if (opsets.isEmpty()) {
            // The format's rule for files from before operator sets had versions.
            opsets.put(OpType.ONNX, 1L);
        }
        return opsets;
    }
}
