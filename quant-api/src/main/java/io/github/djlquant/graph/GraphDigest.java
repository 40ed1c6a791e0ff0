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
package io.github.djlquant.graph;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The SHA-256 of a graph with all its weights, without a file: graphs that differ in anything have
 * different ones. Each part is preceded by what it is and how long, so that no two graphs are the
 * same row of bytes.
 */
public final class GraphDigest {

    /** Bytes of a tensor that are looked at in one piece. */
    private static final int WINDOW = 1 << 24;

    private final DataOutputStream out;
    private final Map<Tensor, byte[]> known;

    private GraphDigest(MessageDigest digest, Map<Tensor, byte[]> known) {
        out = new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
        this.known = known;
    }

    /**
     * Computes the digest; weights are read on several threads.
     *
     * @param graph a graph
     * @return lower-case hexadecimal
     */
    public static String sha256(Graph graph) {
        List<Tensor> weights = List.copyOf(graph.constants().values());
        List<byte[]> digests = weights.parallelStream().map(GraphDigest::ofTensor).toList();
        Map<Tensor, byte[]> known = new IdentityHashMap<>();
        for (int i = 0; i < weights.size(); i++) {
            known.put(weights.get(i), digests.get(i));
        }
        return HexFormat.of().formatHex(digest(graph, known));
    }

    private static byte[] ofTensor(Tensor tensor) {
        MessageDigest digest = Sha256.begin();
        if (tensor.storage() instanceof TensorStorage.Strings strings) {
            digest.update(digest(strings.elements(), Map.of()));
            return digest.digest();
        }
        long size = tensor.storage().byteSize();
        for (long at = 0; at < size; at += WINDOW) {
            digest.update(tensor.storage().window(at, (int) Math.min(WINDOW, size - at)));
        }
        return digest.digest();
    }

    private static byte[] digest(Object part, Map<Tensor, byte[]> known) {
        MessageDigest digest = Sha256.begin();
        try {
            new GraphDigest(digest, known).put(part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return digest.digest();
    }

    /** Whatever a graph is made of. */
    private void put(Object part) throws IOException {
        if (part == null) {
            begin("null", 0);
        } else if (part instanceof String text) {
            bytes("text", text.getBytes(StandardCharsets.UTF_8));
        } else if (part instanceof Bytes content) {
            bytes("bytes", content.toArray());
        } else if (part instanceof Float number) {
            begin("float", Float.floatToRawIntBits(number));
        } else if (part instanceof Double number) {
            begin("double", Double.doubleToRawLongBits(number));
        } else if (part instanceof Number number) {
            begin("integer", number.longValue());
        } else if (part instanceof Boolean || part instanceof Enum<?>) {
            put(part.toString());
        } else if (part instanceof List<?> list) {
            begin("list", list.size());
            for (Object element : list) {
                put(element);
            }
        } else if (part instanceof Map<?, ?> map) {
            begin("map", map.size());
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                put(entry.getKey());
                put(entry.getValue());
            }
        } else if (part instanceof Tensor tensor) {
            put(List.of("tensor", tensor.dataType(), tensor.shape()));
            byte[] digest = known.get(tensor);
            bytes("elements", digest == null ? ofTensor(tensor) : digest);
        } else if (part instanceof Graph graph) {
            put(graph);
        } else if (part instanceof Record made) {
            put(made);
        } else {
            throw new IllegalArgumentException("no part of a graph: " + part.getClass());
        }
    }

    private void put(Graph graph) throws IOException {
        begin("graph", 9);
        put(graph.name());
        put(graph.inputs());
        put(graph.outputs());
        put(graph.nodes());
        put(graph.constants());
        put(graph.types());
        put(graph.opsets());
        put(graph.metadata());
        put(graph.attachments());
    }

    private void put(Record made) throws IOException {
        RecordComponent[] components = made.getClass().getRecordComponents();
        begin(made.getClass().getName(), components.length);
        for (RecordComponent component : components) {
            try {
                put(component.getAccessor().invoke(made));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("not readable: " + component, e);
            }
        }
    }

    private void bytes(String kind, byte[] content) throws IOException {
        begin(kind, content.length);
        out.write(content);
    }

    private void begin(String kind, long number) throws IOException {
        out.writeUTF(kind);
        out.writeLong(number);
    }
}
