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

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.proto.GraphProto;
import io.github.djlquant.onnx.proto.ModelProto;
import io.github.djlquant.onnx.proto.TensorProto;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a model message piece by piece, so that weights go from where they lie to the file. The
 * protobuf library itself would first copy them into the message.
 *
 * <pre>
 * model fields | graph: graph fields | initializer: fields, raw_data | initializer: ..
 * </pre>
 */
final class ModelStream {

    /** Large enough that small fields do not reach the file one by one. */
    private static final int BUFFER = 1 << 18;

    /** Smaller weights go through the buffer. */
    private static final int SMALL = 1 << 13;

    private final List<Initializer> initializers = new ArrayList<>();

    /**
     * Adds an initializer of the outermost graph.
     *
     * @param head everything but raw data
     * @param raw what becomes raw data, or null if the elements lie elsewhere
     */
    void add(TensorProto head, Tensor raw) {
        initializers.add(new Initializer(head, raw));
    }

    /**
     * Writes the model with a graph of the given fields and the initializers.
     *
     * @param durable true to wait until the bytes have reached the disk
     */
    void write(ModelProto model, GraphProto graph, Path file, boolean durable) throws IOException {
        try (FileChannel channel = create(file)) {
            CodedOutputStream out =
                    CodedOutputStream.newInstance(Channels.newOutputStream(channel), BUFFER);
            write(model, graph, out, channel);
            out.flush();
            if (durable) {
                channel.force(false);
            }
        }
    }

    /**
     * Creates a new file in place of an old one. The old one is not written over: the weights of
     * the very graph that is being written may be mapped from it.
     */
    static FileChannel create(Path file) throws IOException {
        Files.deleteIfExists(file);
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** Encodes the model with a graph of the given fields and the initializers. */
    byte[] toBytes(ModelProto model, GraphProto graph) throws IOException {
        long size =
                model.getSerializedSize()
                        + fieldSize(ModelProto.GRAPH_FIELD_NUMBER, graphSize(graph));
        byte[] bytes = new byte[Math.toIntExact(size)];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        write(model, graph, out, null);
        out.checkNoSpaceLeft();
        return bytes;
    }

    private void write(
            ModelProto model, GraphProto graph, CodedOutputStream out, FileChannel channel)
            throws IOException {
        model.writeTo(out);
        writeHeader(ModelProto.GRAPH_FIELD_NUMBER, graphSize(graph), out);
        graph.writeTo(out);
        for (Initializer initializer : initializers) {
            initializer.write(out, channel);
        }
    }

    private long graphSize(GraphProto graph) {
        long size = graph.getSerializedSize();
        for (Initializer initializer : initializers) {
            size += fieldSize(GraphProto.INITIALIZER_FIELD_NUMBER, initializer.size());
        }
        return size;
    }

    private static long fieldSize(int field, long length) {
        return CodedOutputStream.computeTagSize(field)
                + CodedOutputStream.computeUInt64SizeNoTag(length)
                + length;
    }

    private static void writeHeader(int field, long length, CodedOutputStream out)
            throws IOException {
        out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt64NoTag(length);
    }

    private record Initializer(TensorProto head, Tensor raw) {

        long size() {
            long bytes = head.getSerializedSize();
            return raw == null
                    ? bytes
                    : bytes
                            + fieldSize(
                                    TensorProto.RAW_DATA_FIELD_NUMBER, raw.storage().byteSize());
        }

        /** Large weights pass the buffer by if there is a channel behind it. */
        void write(CodedOutputStream out, FileChannel channel) throws IOException {
            writeHeader(GraphProto.INITIALIZER_FIELD_NUMBER, size(), out);
            head.writeTo(out);
            if (raw == null) {
                return;
            }
            writeHeader(TensorProto.RAW_DATA_FIELD_NUMBER, raw.storage().byteSize(), out);
            if (channel == null || raw.storage().byteSize() < SMALL) {
                out.writeRawBytes(raw.bytes());
            } else {
                out.flush();
                raw.writeTo(channel);
            }
        }
    }
}
