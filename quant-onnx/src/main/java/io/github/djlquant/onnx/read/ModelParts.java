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

import io.github.djlquant.graph.FileBytes;
import io.github.djlquant.graph.TensorStorage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Parts a mapped model file into its weights, which stay in the file, and everything else, which is
 * copied and small. The protobuf library itself would copy the whole file to the heap.
 *
 * <pre>
 * model { graph { initializer { name, raw_data } node .. } .. }     the file
 * model { graph { initializer { name           } node .. } .. }     message()
 *                              raw_data                             weights().get(0)
 * </pre>
 *
 * Only the raw data of the outermost graph's initializers is taken out. Weights in other forms
 * (typed fields, constants of nodes and nested graphs) are copied with the message.
 */
final class ModelParts {

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;

    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_INITIALIZER = 5;
    private static final int TENSOR_RAW_DATA = 9;

    private final ByteBuffer file;
    private final FileBytes bytes;
    private final List<TensorStorage> weights = new ArrayList<>();
    private final Run message = new Run();
    private int at;

    /**
     * Parts a file.
     *
     * @param file the mapped file, of which small weights stay views
     * @param bytes the same, of which large weights are read when they are needed
     * @throws MalformedException if the fields do not add up
     */
    ModelParts(ByteBuffer file, FileBytes bytes) throws MalformedException {
        this.file = file;
        this.bytes = bytes;
        model(file.limit());
    }

    /** One entry per initializer of the outermost graph: its raw data, or null. */
    List<TensorStorage> weights() {
        return weights;
    }

    /** The size of everything else. */
    int messageSize() {
        return message.size;
    }

    /** Everything else, a model message whose outermost initializers have no raw data. */
    byte[] message() {
        byte[] bytes = new byte[message.size];
        int to = 0;
        for (Piece piece : message.pieces) {
            if (piece.header != null) {
                System.arraycopy(piece.header, 0, bytes, to, piece.length);
            } else {
                file.get(piece.from, bytes, to, piece.length);
            }
            to += piece.length;
        }
        return bytes;
    }

    /** Where in the file a byte of the message comes from. */
    long fileOffset(long messageOffset) {
        long start = 0;
        for (Piece piece : message.pieces) {
            if (messageOffset <= start + piece.length) {
                return piece.header == null ? piece.from + messageOffset - start : piece.from;
            }
            start += piece.length;
        }
        return file.limit();
    }

    private void model(int end) throws MalformedException {
        while (at < end) {
            int start = at;
            if (enters(MODEL_GRAPH, end)) {
                Run graph = new Run();
                graph(lengthWithin(end), graph);
                message.add(MODEL_GRAPH, graph, start);
            } else {
                skipFrom(start, end);
                message.keep(start, at);
            }
        }
    }

    private void graph(int end, Run graph) throws MalformedException {
        while (at < end) {
            int start = at;
            if (enters(GRAPH_INITIALIZER, end)) {
                Run tensor = new Run();
                weights.add(tensor(lengthWithin(end), tensor));
                graph.add(GRAPH_INITIALIZER, tensor, start);
            } else {
                skipFrom(start, end);
                graph.keep(start, at);
            }
        }
    }

    private TensorStorage tensor(int end, Run tensor) throws MalformedException {
        TensorStorage raw = null;
        while (at < end) {
            int start = at;
            if (enters(TENSOR_RAW_DATA, end)) {
                int stop = lengthWithin(end);
                raw = storage(at, stop - at);
                at = stop;
            } else {
                skipFrom(start, end);
                tensor.keep(start, at);
            }
        }
        return raw;
    }

    private TensorStorage storage(int from, int length) {
        return length < TensorStorage.InFile.SMALLEST
                ? TensorStorage.of(file.slice(from, length))
                : new TensorStorage.InFile(bytes, from, length);
    }

    /** Reads a tag and tells whether it starts a length-delimited field of that number. */
    private boolean enters(int field, int end) throws MalformedException {
        return varint(end) == ((long) field << 3 | LENGTH_DELIMITED);
    }

    private void skipFrom(int start, int end) throws MalformedException {
        at = start;
        long tag = varint(end);
        if (tag >>> 3 == 0 || tag > 0xffffffffL) {
            throw new MalformedException("an invalid field number", start);
        }
        switch ((int) tag & 7) {
            case VARINT -> varint(end);
            case FIXED64 -> advance(8, end);
            case LENGTH_DELIMITED -> at = lengthWithin(end);
            case FIXED32 -> advance(4, end);
            default -> throw new MalformedException("a field of a type that ONNX lacks", start);
        }
    }

    /** Reads a length and returns where it ends. */
    private int lengthWithin(int end) throws MalformedException {
        int start = at;
        long length = varint(end);
        if (length < 0 || length > end - at) {
            throw new MalformedException("a field that reaches beyond its end", start);
        }
        return at + (int) length;
    }

    private void advance(int bytes, int end) throws MalformedException {
        if (bytes > end - at) {
            throw new MalformedException("a field that reaches beyond its end", at);
        }
        at += bytes;
    }

    private long varint(int end) throws MalformedException {
        long value = 0;
        int start = at;
        for (int shift = 0; shift < 64 && at < end; shift += 7) {
            byte next = file.get(at++);
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedException(
                at < end ? "a number that does not end" : "the end inside a field", start);
    }

    /** The fields do not add up. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final int offset;

        MalformedException(String what, int offset) {
            super(what);
            this.offset = offset;
        }

        int offset() {
            return offset;
        }
    }

    /** A stretch of the file, or the tag and length of a field that got shorter. */
    private static final class Piece {
        final int from;
        final byte[] header;
        int length;

        Piece(int from, byte[] header, int length) {
            this.from = from;
            this.header = header;
            this.length = length;
        }
    }

    /** Pieces in a row. */
    private static final class Run {
        final List<Piece> pieces = new ArrayList<>();
        int size;

        void keep(int from, int to) {
            size += to - from;
            Piece last = pieces.isEmpty() ? null : pieces.get(pieces.size() - 1);
            if (last != null && last.header == null && last.from + last.length == from) {
                last.length += to - from;
            } else {
                pieces.add(new Piece(from, null, to - from));
            }
        }

        void add(int field, Run content, int from) {
            byte[] header = new byte[6];
            int length = 0;
            header[length++] = (byte) (field << 3 | LENGTH_DELIMITED);
            int rest = content.size;
            while (rest > 0x7f) {
                header[length++] = (byte) (rest & 0x7f | 0x80);
                rest >>>= 7;
            }
            header[length++] = (byte) rest;
            pieces.add(new Piece(from, header, length));
            pieces.addAll(content.pieces);
            size += length + content.size;
        }
    }
}
