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
package io.github.djlquant.pytorch.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.pytorch.PyTorchBackend;
import io.github.djlquant.pytorch.op.AtenOpCatalog;
import io.github.djlquant.pytorch.write.AtenGraph;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.recipe.Scope;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.scheme.QuantType;
import io.github.djlquant.scheme.TensorScheme;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import io.github.djlquant.transform.TransformContext;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class InterleavePhasesTest {

    private static final Target ANY = new Target("any", null, true, "2.7.1");

    private final TransformContext context = context(Recipe.staticInt8());
    private final TransformAssert transform = TransformAssert.of(new InterleavePhases(), context);

    private static TransformContext context(Recipe recipe) {
        return new TransformContext(AtenOpCatalog.catalog(), recipe, ANY);
    }

    private static Tensor random(long... sizes) {
        return GraphBuilder.random(new Random(7), sizes);
    }

    private static AtenGraph layer(long in, long out, int kernel) {
        return new AtenGraph("net")
                .input("x", 2, in, 5, 4)
                .constant("w", random(in, out, kernel, kernel))
                .constant("b", random(out));
    }

    /** Strides, paddings, dilations, extra positions and groups. */
    private static AtenGraph up(AtenGraph graph, int stride, int padding, int more, int groups) {
        return graph.call(
                "aten::conv_transpose2d",
                "y",
                "x",
                "w",
                "b",
                List.of(stride, stride),
                List.of(padding, padding),
                List.of(more, more),
                groups,
                List.of(1, 1));
    }

    @Example
    void aKernelOfTheStrideMovesPhasesOnly() {
        transform
                .on(up(layer(32, 8, 2), 2, 0, 0, 1).output("y"))
                .keepsFunction(1e-4, new PyTorchBackend())
                .matches(
                        """
                        graph net(%x: float[2,32,5,4]) -> (%y: ?) {
                          %w_phases = float[32,32,1,1]
                          %b_phases = float[32]
                          %y_phases = aten::conv2d<stride=[1,1], padding=[0,0], dilation=[1,1], groups=1>(%x, %w_phases, %b_phases, _, _, _, _)
                          %y_permute = aten::permute<dims=[0,2,3,1]>(%y_phases, _)
                          %y_unflatten = aten::unflatten<dim=3, sizes=[2,2,8]>(%y_permute, _, _)
                          %y_permute_1 = aten::permute<dims=[0,1,3,2,4,5]>(%y_unflatten, _)
                          %y_flatten = aten::flatten<start_dim=3, end_dim=4>(%y_permute_1, _, _)
                          %y_flatten_1 = aten::flatten<start_dim=1, end_dim=2>(%y_flatten, _, _)
                          %y = aten::permute<dims=[0,3,1,2]>(%y_flatten_1, _)
                        }
                        """);
    }

    /** The command and many applications have both formats on the class path. */
    @Example
    void anOnnxModelIsLeftAlone() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 2, 32, 5, 4)
                        .constant("w", random(32, 8, 2, 2))
                        .node("ConvTranspose", "y", "x", "w")
                        .with("strides", 2, 2)
                        .output("y")
                        .build();
        TransformContext onnx =
                new TransformContext(OnnxOpCatalog.catalog(), Recipe.staticInt8(), ANY);
        TransformAssert.of(new InterleavePhases(), onnx).on(graph).doesNotFire();
    }

    @Example
    void whatIsPaddingIsCutOff() {
        transform
                .on(up(layer(32, 8, 4), 2, 1, 0, 1).call("aten::relu", "z", "y").output("z"))
                .keepsFunction(1e-4, new PyTorchBackend())
                .matches(
                        """
                        graph net(%x: float[2,32,5,4]) -> (%z: ?) {
                          %w_phases = float[32,32,2,2]
                          %b_phases = float[32]
                          %y_phases = aten::conv2d<stride=[1,1], padding=[1,1], dilation=[1,1], groups=1>(%x, %w_phases, %b_phases, _, _, _, _)
                          %z_phases = aten::relu(%y_phases)
                          %z_permute = aten::permute<dims=[0,2,3,1]>(%z_phases, _)
                          %z_unflatten = aten::unflatten<dim=3, sizes=[2,2,8]>(%z_permute, _, _)
                          %z_permute_1 = aten::permute<dims=[0,1,3,2,4,5]>(%z_unflatten, _)
                          %z_flatten = aten::flatten<start_dim=3, end_dim=4>(%z_permute_1, _, _)
                          %z_flatten_1 = aten::flatten<start_dim=1, end_dim=2>(%z_flatten, _, _)
                          %z_permute_2 = aten::permute<dims=[0,3,1,2]>(%z_flatten_1, _)
                          %z_slice = aten::slice<dim=2, start=1, end=-1, step=1>(%z_permute_2, _, _, _, _)
                          %z = aten::slice<dim=3, start=1, end=-1, step=1>(%z_slice, _, _, _, _)
                        }
                        """);
    }

    @Example
    void withOnePhaseNothingIsMoved() {
        transform
                .on(up(layer(32, 8, 3), 1, 1, 0, 1).output("y"))
                .keepsFunction(1e-4, new PyTorchBackend())
                .matches(
                        """
                        graph net(%x: float[2,32,5,4]) -> (%y: ?) {
                          %w_phases = float[8,32,3,3]
                          %b_phases = float[8]
                          %y = aten::conv2d<stride=[1,1], padding=[1,1], dilation=[1,1], groups=1>(%x, %w_phases, %b_phases, _, _, _, _)
                        }
                        """);
    }

    /** The oracle is libtorch's own transposed convolution. */
    @Property(tries = 60)
    void allWindows(
            @ForAll @IntRange(min = 1, max = 3) int axes,
            @ForAll @IntRange(min = 1, max = 5) int kernel,
            @ForAll @IntRange(min = 1, max = 4) int stride,
            @ForAll @IntRange(min = 0, max = 2) int padding,
            @ForAll @IntRange(min = 1, max = 2) int dilation,
            @ForAll @IntRange(min = 0, max = 2) int more,
            @ForAll @IntRange(min = 1, max = 2) int groups,
            @ForAll boolean bias) {
        int widest = dilation * (kernel - 1) + 1;
        Assume.that(more < Math.max(stride, dilation) && 2 * padding < widest + 3 * stride + more);
        Assume.that(stride == 1 || dilation == 1 || kernel == 1);
        // One axis is another: what is mixed up shows.
        long[] input = {2, 32L * groups * power(stride, axes), 4, 3, 5};
        long[] weight = {input[1], 8, kernel, kernel > 1 ? kernel - 1 : 1, kernel};
        Assume.that(
                2 * padding < dilation * (weight[3] - 1) + 1 + 2L * stride + more
                        && power(kernel, axes) * weight[0] < 20_000);
        AtenGraph graph =
                new AtenGraph("net")
                        .input("x", Arrays.copyOf(input, axes + 2))
                        .constant("w", random(Arrays.copyOf(weight, axes + 2)))
                        .constant("b", random(8L * groups))
                        .call(
                                "aten::conv_transpose" + axes + "d",
                                "y",
                                "x",
                                "w",
                                bias ? "b" : null,
                                Collections.nCopies(axes, stride),
                                Collections.nCopies(axes, padding),
                                Collections.nCopies(axes, more),
                                groups,
                                Collections.nCopies(axes, dilation));
        TransformAssert.of(new InterleavePhases(), context(Recipe.staticInt8()))
                .on(graph.output("y"))
                .keepsFunction(1e-3, new PyTorchBackend());
    }

    private static int power(int base, int exponent) {
        int result = 1;
        for (int i = 0; i < exponent; i++) {
            result *= base;
        }
        return result;
    }

    @Example
    void tracedFormsAreTheSame() {
        AtenGraph graph =
                layer(32, 8, 4)
                        .call(
                                "aten::_convolution",
                                "y",
                                "x",
                                "w",
                                null,
                                List.of(2, 2),
                                List.of(1, 1),
                                List.of(1, 1),
                                true,
                                List.of(1, 1),
                                1,
                                false,
                                false,
                                true,
                                true);
        transform.on(graph.output("y")).keepsFunction(1e-4, new PyTorchBackend());
    }

    /** A relu whose input is read elsewhere too stays behind. */
    @Example
    void aResultThatIsReadTwiceIsInterleavedFirst() {
        Graph graph =
                up(layer(32, 8, 2), 2, 0, 0, 1)
                        .call("aten::relu", "r", "y")
                        .call("aten::mul", "z", "r", "y")
                        .output("z");
        transform.on(graph).keepsFunction(1e-4, new PyTorchBackend());
        assertThat(transform.result().producer("r").orElseThrow().input(0)).isEqualTo("y");
    }

    @Example
    void scalesOfTheSourceFollow() {
        TensorScheme scheme =
                new TensorScheme(
                        QuantType.INT8,
                        TensorScheme.Symmetry.SYMMETRIC,
                        new Granularity.PerChannel(1));
        float[] scales = {1, 2, 3, 4, 5, 6, 7, 8};
        context.keep("w", new QuantParams(scheme, scales, new int[8]));
        context.keep("z", QuantParams.perTensor(QuantType.UINT8, 0.5f, 0));
        Graph graph =
                transform
                        .on(
                                up(layer(32, 8, 2), 2, 0, 0, 1)
                                        .call("aten::relu", "z", "y")
                                        .output("z"))
                        .result();

        QuantParams kept = context.kept(graph.node("node/y").orElseThrow().input(1)).orElseThrow();
        assertThat(kept.granularity()).isEqualTo(new Granularity.PerChannel(0));
        assertThat(kept.scales()).hasSize(32).startsWith(scales).endsWith(scales);
        assertThat(context.kept(graph.node("node/z").orElseThrow().output()))
                .isEqualTo(context.kept("z"));
    }

    @Example
    void doesNotFireOnScalesOfInputChannels() {
        TensorScheme scheme =
                new TensorScheme(
                        QuantType.INT8,
                        TensorScheme.Symmetry.SYMMETRIC,
                        new Granularity.PerChannel(0));
        float[] scales = new float[32];
        Arrays.fill(scales, 1);
        context.keep("w", new QuantParams(scheme, scales, new int[32]));
        transform.on(up(layer(32, 8, 2), 2, 0, 0, 1).output("y")).doesNotFire("input channels");
    }

    @Example
    void doesNotFireWhereIntegersDoNotPay() {
        assertLeft(up(layer(16, 8, 2), 2, 0, 0, 1), "too few products");
        assertLeft(up(layer(32, 1, 4), 2, 1, 0, 32), "too few products");
        assertLeft(up(layer(64, 4, 4), 2, 1, 0, 2), "too few channels");
        assertLeft(up(layer(4, 8, 6), 1, 1, 0, 1), "too few channels");
    }

    private static void assertLeft(AtenGraph graph, String reason) {
        TransformAssert.of(new InterleavePhases(), context(Recipe.staticInt8()))
                .on(graph.output("y"))
                .doesNotFire(reason);
    }

    @Example
    void doesNotFireWithStrideAndDilation() {
        AtenGraph graph =
                layer(32, 8, 3)
                        .call(
                                "aten::conv_transpose2d",
                                "y",
                                "x",
                                "w",
                                null,
                                List.of(2, 2),
                                List.of(0, 0),
                                List.of(0, 0),
                                1,
                                List.of(2, 2));
        transform.on(graph.output("y")).doesNotFire("stride and dilation");
    }

    @Example
    void doesNotFireOnASingleSample() {
        AtenGraph graph = new AtenGraph("net").input("x", 32, 5, 4).constant("b", random(8));
        transform
                .on(up(graph.constant("w", random(32, 8, 2, 2)), 2, 0, 0, 1).output("y"))
                .doesNotFire("batch axis");
    }

    @Example
    void doesNotFireOnAWeightThatIsComputed() {
        AtenGraph graph = new AtenGraph("net").input("x").input("w").constant("b", random(8));
        transform.on(up(graph, 2, 0, 0, 1).output("y")).doesNotFire("no float constant");
    }

    @Example
    void doesNotFireWhereTheRecipeLeavesItFloat() {
        Graph graph = up(layer(32, 8, 2), 2, 0, 0, 1).output("y");
        TransformAssert.of(new InterleavePhases(), context(Recipe.dynamicInt8()))
                .on(graph)
                .doesNotFire();
        TransformAssert.of(
                        new InterleavePhases(),
                        context(
                                Recipe.staticInt8()
                                        .withScope(
                                                new Scope(
                                                        List.of(),
                                                        List.of(),
                                                        List.of("conv_transpose2d")))))
                .on(graph)
                .doesNotFire("scope");
    }

    /** Its class path is that of both engines. */
    @Example
    void leavesTheOtherDialectAlone() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 2, 32, 5, 4)
                        .constant("w", random(32, 8, 2, 2))
                        .node("ConvTranspose", "y", "x", "w")
                        .output("y")
                        .build();
        TransformAssert.of(
                        new InterleavePhases(),
                        new TransformContext(OnnxOpCatalog.catalog(), Recipe.staticInt8(), ANY))
                .on(graph)
                .doesNotFire();
    }

    @Example
    void otherConvolutionsAreNoneOfItsBusiness() {
        Graph graph =
                layer(8, 8, 3)
                        .call(
                                "aten::conv2d",
                                "y",
                                "x",
                                "w",
                                "b",
                                List.of(1, 1),
                                List.of(1, 1),
                                List.of(1, 1),
                                1)
                        .output("y");
        transform.on(graph).doesNotFire();
        assertThat(context.notes()).isEmpty();
    }
}
