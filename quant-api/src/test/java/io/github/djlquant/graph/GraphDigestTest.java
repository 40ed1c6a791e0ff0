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

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Graphs that differ in anything have different digests. */
class GraphDigestTest {

    private static final ValueType FLOATS =
            new ValueType.TensorType(
                    DataType.FLOAT,
                    new Shape(List.of(new Dimension.Symbolic("n"), new Dimension.Fixed(2))));

    private final List<Value> inputs = new ArrayList<>(List.of(new Value("x", FLOATS)));
    private final List<Value> outputs = new ArrayList<>(List.of(new Value("y", FLOATS)));
    private final Map<String, Attribute> attributes =
            new LinkedHashMap<>(Map.of("alpha", Attribute.of(1L)));
    private final Map<String, Tensor> constants =
            new LinkedHashMap<>(Map.of("w", Tensor.ofFloats(new float[] {1, 2}, 2)));
    private final Map<String, ValueType> types = new LinkedHashMap<>();
    private final Map<String, Long> opsets = new LinkedHashMap<>(Map.of("", 17L));
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, Bytes> attachments = new LinkedHashMap<>();
    private OpType operator = OpType.onnx("Add");
    private List<String> reads = List.of("x", "w");
    private String name = "test";

    private String digest() {
        Node node = new Node("node", operator, reads, List.of("y"), attributes);
        return GraphDigest.sha256(
                new Graph(
                        name,
                        inputs,
                        outputs,
                        List.of(node),
                        constants,
                        types,
                        opsets,
                        metadata,
                        attachments));
    }

    private static Tensor text(String... elements) {
        return new Tensor(
                DataType.STRING,
                Shape.of(elements.length),
                new TensorStorage.Strings(
                        List.of(elements).stream()
                                .map(e -> Bytes.copyOf(e.getBytes(StandardCharsets.UTF_8)))
                                .toList()));
    }

    @Test
    void eachPartCounts() {
        List<Runnable> changes =
                List.of(
                        () -> name = "other",
                        () -> inputs.add(new Value("more", FLOATS)),
                        () -> inputs.set(1, new Value("more", ValueType.UNKNOWN)),
                        () -> outputs.add(new Value("w", FLOATS)),
                        () -> operator = OpType.onnx("Mul"),
                        () -> operator = new OpType("other", "Mul"),
                        () -> reads = List.of("w", "x"),
                        () -> attributes.put("alpha", Attribute.of(2L)),
                        () -> attributes.put("alpha", Attribute.of(2f)),
                        () -> attributes.put("alpha", Attribute.of("2")),
                        () -> attributes.put("alpha", new Attribute.BoolAttribute(true)),
                        () ->
                                attributes.put(
                                        "alpha", new Attribute.IntsAttribute(List.of(1L, 23L))),
                        () ->
                                attributes.put(
                                        "alpha", new Attribute.IntsAttribute(List.of(12L, 3L))),
                        () ->
                                attributes.put(
                                        "alpha", new Attribute.TensorAttribute(constants.get("w"))),
                        () ->
                                attributes.put(
                                        "alpha",
                                        new Attribute.TensorAttribute(
                                                Tensor.ofFloats(new float[] {1, 3}, 2))),
                        () -> attributes.put("alpha", new Attribute.GraphAttribute(body(1))),
                        () -> attributes.put("alpha", new Attribute.GraphAttribute(body(2))),
                        () -> constants.put("w", Tensor.ofFloats(new float[] {1, 2}, 1, 2)),
                        () -> constants.put("w", Tensor.ofFloats(new float[] {1, 2.5f}, 1, 2)),
                        () -> constants.put("w", Tensor.ofFloats(new float[] {0f, 1}, 1, 2)),
                        () -> constants.put("w", Tensor.ofFloats(new float[] {-0f, 1}, 1, 2)),
                        () -> constants.put("t", text("ab", "c")),
                        () -> constants.put("t", text("a", "bc")),
                        () -> types.put("inner", FLOATS),
                        () -> opsets.put("", 18L),
                        () -> metadata.put("a", "bc"),
                        () -> {
                            metadata.clear();
                            metadata.put("ab", "c");
                        },
                        () -> attachments.put("f", Bytes.copyOf(new byte[] {1})));
        List<String> digests = new ArrayList<>(List.of(digest()));
        for (Runnable change : changes) {
            change.run();
            digests.add(digest());
        }
        assertThat(digests).doesNotHaveDuplicates().allMatch(d -> d.matches("[0-9a-f]{64}"));
    }

    private static Graph body(float value) {
        return Graphs.graph(
                List.of(), List.of("c"), Map.of("c", Tensor.ofFloats(new float[] {value}, 1)));
    }

    @Test
    void whereTheElementsLieDoesNot() {
        String once = digest();
        assertThat(digest()).isEqualTo(once);
        ByteBuffer bytes = constants.get("w").bytes();
        constants.put(
                "w",
                new Tensor(
                        DataType.FLOAT,
                        Shape.of(2),
                        TensorStorage.ofSegments(
                                List.of(bytes.slice(0, 4), bytes.slice(4, 4)), 4)));
        assertThat(digest()).isEqualTo(once);
    }
}
