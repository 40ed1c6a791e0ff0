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
package io.github.djlquant.onnx.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Execution;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import io.github.djlquant.transform.TransformContext;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InterleavePhasesTest {

    private final OnnxBackend backend = new OnnxBackend();

    @TempDir Path folder;

    private static TransformContext context(Recipe recipe) {
        return new TransformContext(OnnxOpCatalog.catalog(), recipe, MiniatureLine.ANY);
    }

    private static TransformAssert transform() {
        return TransformAssert.of(new InterleavePhases(), context(Recipe.staticInt8()));
    }

    /** What an exporter may ask of a transposed convolution. */
    private record Layer(
            long in,
            long out,
            long groups,
            long[] extents,
            long[] kernel,
            long[] strides,
            long[] pads,
            long[] dilations,
            long[] more) {

        static Layer of(long in, long out, long[] kernel, long... strides) {
            return new Layer(
                    in, out, 1, new long[] {5, 4}, kernel, strides, new long[4], null, null);
        }

        Layer padded(long... pads) {
            return new Layer(in, out, groups, extents, kernel, strides, pads, dilations, more);
        }

        Layer grouped(long parts) {
            return new Layer(in, out, parts, extents, kernel, strides, pads, dilations, more);
        }

        Layer on(long... sizes) {
            return new Layer(in, out, groups, sizes, kernel, strides, pads, dilations, more);
        }

        Layer dilated(long... steps) {
            return new Layer(in, out, groups, extents, kernel, strides, pads, steps, more);
        }

        Layer more(long... positions) {
            return new Layer(in, out, groups, extents, kernel, strides, pads, dilations, positions);
        }

        GraphBuilder builder(long opset) {
            Random random = new Random(7);
            GraphBuilder graph =
                    GraphBuilder.onnx(opset)
                            .input("x", joined(new long[] {-1, in}, extents))
                            .constant(
                                    "w",
                                    GraphBuilder.random(
                                            random, joined(new long[] {in, out / groups}, kernel)))
                            .constant("b", GraphBuilder.random(random, out))
                            .node("ConvTranspose", "y", "x", "w", "b")
                            .with("strides", ints(strides))
                            .with("pads", ints(pads))
                            .with("group", groups);
            if (dilations != null) {
                graph.with("dilations", ints(dilations));
            }
            if (more != null) {
                graph.with("output_padding", ints(more));
            }
            return graph;
        }

        Graph graph() {
            return builder(17).output("y").build();
        }

        @Override
        public String toString() {
            return Stream.of(extents, kernel, strides, pads, dilations, more)
                            .map(Arrays::toString)
                            .toList()
                    + " groups "
                    + groups;
        }
    }

    private static Attribute ints(long... values) {
        return new Attribute.IntsAttribute(Arrays.stream(values).boxed().toList());
    }

    private static long[] joined(long[] first, long[] rest) {
        long[] all = Arrays.copyOf(first, first.length + rest.length);
        System.arraycopy(rest, 0, all, first.length, rest.length);
        return all;
    }

    private static long[] by(long... sizes) {
        return sizes;
    }

    static List<Layer> layers() {
        return List.of(
                Layer.of(64, 8, by(2, 2), 2, 2),
                Layer.of(64, 8, by(4, 4), 2, 2).padded(1, 1, 1, 1),
                Layer.of(64, 8, by(4, 4), 2, 2).padded(1, 0, 2, 3),
                Layer.of(64, 8, by(3, 3), 2, 2).padded(1, 1, 1, 1).more(1, 1),
                Layer.of(64, 8, by(2, 2), 2, 2).more(1, 0),
                Layer.of(64, 8, by(5, 3), 3, 2).padded(2, 1, 0, 1),
                Layer.of(64, 8, by(3, 3), 1, 1).padded(1, 1, 1, 1),
                Layer.of(64, 8, by(3, 3), 1, 1).dilated(2, 3).padded(2, 1, 0, 1),
                Layer.of(64, 8, by(3, 1), 1, 2).dilated(2, 1),
                Layer.of(128, 32, by(4, 4), 2, 2).grouped(2).padded(1, 1, 1, 1),
                Layer.of(128, 32, by(4, 2), 2, 1).grouped(2),
                Layer.of(64, 8, by(4), 4).on(6).padded(1, 1),
                Layer.of(64, 8, by(4), 2).on(-1).padded(1, 2),
                Layer.of(128, 32, by(4), 2).on(-1).grouped(2).padded(0, 0),
                Layer.of(64, 8, by(4, 4), 2, 2).on(-1, -1).padded(1, 1, 1, 1),
                Layer.of(64, 8, by(5, 4), 2, 3).on(-1, -1).padded(0, 1, 1, 2),
                Layer.of(128, 32, by(4, 4), 2, 2).grouped(2).on(-1, -1).padded(1, 1, 1, 1),
                Layer.of(64, 8, by(5, 4), 2, 1).on(6, -1).padded(1, 1, 1, 1),
                Layer.of(64, 8, by(3, 3), 1, 1).on(-1, -1).padded(1, 1, 1, 1));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void answersAsOnnxRuntimesConvTranspose(Layer layer) {
        transform().on(layer.graph()).keepsFunction(1e-4, backend);
    }

    @Test
    void movesPhasesAndCutsPaddingOff() {
        transform()
                .on(
                        Layer.of(64, 8, by(4, 4), 2, 2)
                                .padded(1, 1, 1, 1)
                                .builder(17)
                                .node("Relu", "z", "y")
                                .output("z")
                                .build())
                .matches(
                        """
                        graph test(%x: float[batch,64,5,4]) -> (%z: float) {
                          %w_phases = float[32,64,2,2]
                          %b_phases = float[32]
                          %z_Reshape_shape = int64[6]
                          %z_Reshape_shape_1 = int64[4] {0, 12, 10, 8}
                          %z_Slice_starts = int64[2] {1, 1}
                          %z_Slice_ends = int64[2] {-1, -1}
                          %z_Slice_axes = int64[2] {2, 3}
                          %y_phases = Conv<kernel_shape=[2,2], pads=[1,1,1,1], dilations=[1,1], group=1>(%x, %w_phases, %b_phases)
                          %z_phases = Relu(%y_phases)
                          %z_Transpose = Transpose<perm=[0,2,3,1]>(%z_phases)
                          %z_Reshape = Reshape(%z_Transpose, %z_Reshape_shape)
                          %z_Transpose_1 = Transpose<perm=[0,1,3,2,4,5]>(%z_Reshape)
                          %z_Reshape_1 = Reshape(%z_Transpose_1, %z_Reshape_shape_1)
                          %z_Transpose_2 = Transpose<perm=[0,3,1,2]>(%z_Reshape_1)
                          %z = Slice(%z_Transpose_2, %z_Slice_starts, %z_Slice_ends, %z_Slice_axes)
                        }
                        """);
    }

    @Test
    void leavesWhatDoesNotPayOrFit() {
        Layer plain = Layer.of(64, 8, by(4, 4), 2, 2);
        transform().on(Layer.of(4, 8, by(8, 8), 2, 2).graph()).doesNotFire("too few channels");
        transform().on(Layer.of(16, 8, by(2, 2), 2, 2).graph()).doesNotFire("too few products");
        transform()
                .on(Layer.of(64, 8, by(3, 3), 2, 2).dilated(2, 2).graph())
                .doesNotFire("stride and dilation");
        transform()
                .on(
                        Layer.of(64, 8, by(2, 2, 2), 2, 2, 2)
                                .on(3, 3, 3)
                                .padded(0, 0, 0, 0, 0, 0)
                                .graph())
                .doesNotFire("more than two axes");
        transform().on(plain.builder(9).output("y").build()).doesNotFire("before opset 10");
        transform()
                .on(
                        plain.builder(17)
                                .with("auto_pad", new Attribute.StringAttribute("SAME_UPPER"))
                                .output("y")
                                .build())
                .doesNotFire("computed");
        TransformAssert.of(new InterleavePhases(), context(Recipe.dynamicInt8()))
                .on(plain.graph())
                .doesNotFire();
    }

    /** The second half of a U-Net: integers go in and come out. */
    @Test
    void runsOnIntegersBetweenConvolutions() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", -1, 3, 12, 12)
                        .random("w1", 64, 3, 3, 3)
                        .random("w2", 64, 32, 4, 4)
                        .random("w3", 8, 32, 3, 3)
                        .node("Conv", "a", "x", "w1")
                        .node("Relu", "b", "a")
                        .node("ConvTranspose", "up", "b", "w2")
                        .with("strides", 2, 2)
                        .with("pads", 1, 1, 1, 1)
                        .node("Relu", "c", "up")
                        .node("Conv", "y", "c", "w3")
                        .output("y")
                        .build();
        Path source = folder.resolve("float.onnx");
        backend.write(graph, MiniatureLine.ANY, source);
        QuantizedModel model =
                Quantizer.builder()
                        .optRecipe(Recipe.staticInt8())
                        .optCalibration(GraphBuilder.randomBatches(8, "x", 4, 3, 12, 12))
                        .optLatency(false)
                        .build()
                        .quantize(source, folder.resolve("int8.onnx"));
        assertThat(model.plan().node("up").orElseThrow().quantized()).isTrue();
        assertThat(model.execution().kernels())
                .filteredOn(Execution.Kernel::int8)
                .extracting(Execution.Kernel::name)
                .contains("up");
        assertThat(model.evaluation().sqnr()).isGreaterThan(25);
        Graph written = backend.read(model.file());
        assertThat(written.nodes())
                .extracting(node -> node.op().name())
                .doesNotContain("ConvTranspose");
        Node first =
                written.nodes().stream()
                        .filter(node -> node.op().name().equals("Transpose"))
                        .findFirst()
                        .orElseThrow();
        assertThat(written.producer(first.input(0)).orElseThrow().op().name())
                .isEqualTo("QuantizeLinear");
        assertThat(written.consumers(first.output()))
                .extracting(node -> node.op().name())
                .containsExactly("Reshape");
    }
}
