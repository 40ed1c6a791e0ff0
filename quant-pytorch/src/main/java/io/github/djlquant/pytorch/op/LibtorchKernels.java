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
package io.github.djlquant.pytorch.op;

import io.github.djlquant.backend.Kernels;
import io.github.djlquant.op.Role;
import io.github.djlquant.recipe.QuantizedEngine;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;

/**
 * The integer kernels of libtorch 2.7.1, as data.
 *
 * <p>Activations are quint8 per tensor, weights qint8 per output channel, biases float.
 *
 * <p><b>Which pay</b>, measured with one thread on x86-64 with AVX512-VNNI, channels last, median
 * in microseconds on integers against dequantize, float kernel, quantize; [1,64,56,56]: add 48
 * against 155, mul 56 against 177, cat 42 (at one scale; 91 at three) against 225, relu 6 against
 * 75, hardswish 62 against 87, leaky_relu 48 against 80, max_pool2d 14 against 132, avg_pool2d 21
 * against 59, upsample_nearest2d 52 against 305, flatten 89 against 242. These don't: sigmoid 147
 * against 120, tanh 478 against 103, elu 2328 against 135, pad 251 against 146, pixel_shuffle 245
 * against 123, layer_norm and softmax equal. A matmul of two quantized tensors dequantizes inside.
 *
 * <p><b>Which neighbours are added in 16 bits</b>, probed with weights of 127 at every pair of
 * positions and activations of 255 on a CPU without VNNI (Haswell, emulated): the engines x86 and
 * fbgemm add elements 2i and 2i + 1 of the row in the order kernel position, channel, whatever the
 * number of channels (also 1, 3, 5 and 7), groups or strides, and for depthwise convolutions
 * elements 2i and 2i + 1 of the kernel. The engine onednn adds channels 2i and 2i + 1 of one
 * position; with an odd number of channels the last one has no neighbour, and groups of an odd
 * number of channels and depthwise convolutions are exact. qnnpack is exact. An archive that obeys
 * all three orders saturates with no engine. With VNNI only FBGEMM's depthwise kernel still adds in
 * 16 bits (multiples of 8 channels): the engine fbgemm takes it always, x86 from 101 groups on.
 * What is left between fbgemm, which the engine x86 takes where there is no VNNI, and oneDNN, which
 * it takes elsewhere, is the rounding near ties: one element in 100,000 of a layer differs by one
 * step, and ResNet-20's outputs by up to 0.7 % of the largest (47 dB, where rounding itself leaves
 * 30). Within either library all CPUs agree bit by bit.
 *
 * <p><b>What else was measured</b> on ResNet-20, which takes 395 microseconds (torch.ao's FX form
 * of it 415): reading the input in two halves adds 13, for 0.9 dB; quantizing parts before they are
 * concatenated, instead of the whole behind, adds 7 more. A shortcut without parameters (slices and
 * padded channels) takes 20 between dequantize and quantize; as a convolution of ones it would take
 * 36. Linear layers add neighbours as fbgemm's convolutions do, with scales of their inputs found
 * at run time too; so do convolutions over one and three axes.
 *
 * <p><b>Residual sums inside oneDNN's convolutions</b> ({@code onednn::qconv2d_pointwise} on plain
 * bytes from end to end, its weights packed once when the file is loaded) don't pay, although a
 * block that is repeated alone takes 0.7 of the time. Whole networks are slower in DJL, least times
 * of turns on a busy machine: ResNet-20 943 against 574 microseconds, ResNet-50 32.5 against 25.6
 * ms. oneDNN's own log tells 290 microseconds in the kernels of ResNet-20 and no reordering; the
 * operator describes its convolution anew in every call, where {@code quantized::conv2d} keeps it.
 * {@code int_repr}, the way to plain bytes, costs 1 to 3 ns an element, and these have no {@code
 * max_pool2d} with channels innermost.
 *
 * <p><b>Products whose input is quantized at run time</b>, with 256 to 590,000 weights and 1 to 128
 * rows: a call costs nothing more than one on floats, an element of input or output 0.3 ns, and
 * 1,000 multiply-accumulates save 10 ns; up to eight rows save the same.
 *
 * <p><b>Libraries</b>, tried with all kernels and 400 convolutions of random windows: FBGEMM is
 * right everywhere. The engine x86 takes oneDNN for convolutions whose weights have the zero point
 * 0. oneDNN refuses other zero points and output padding, and its transposed convolutions are wrong
 * by up to 118 steps. QNNPACK's transposed ones over three axes are wrong by up to 235 steps. All
 * but QNNPACK refuse transposed weights with a scale per channel. Products that yield floats exist
 * in FBGEMM only; products whose input is quantized at run time, recurrent layers and what lies
 * between layers exist in all. Transposed convolutions of FBGEMM, one scale, ratio of the time
 * between dequantize and quantize to that on integers: kernel and stride 2 0.3 to 1.2, kernel 4 and
 * stride 2 0.3 to 1.4, kernel 3 and stride 2 1.0 to 2.8, depthwise 0.02; {@code InterleavePhases}
 * makes convolutions of them instead.
 *
 * <p><b>Recurrent layers</b>, one sequence, ratio of the time on floats to that on integers. {@code
 * gru}: 1.0 to 1.3 up to 25,000 weights, 1.3 to 1.6 at 98,000, 2.2 to 2.5 at 390,000, 4 at
 * 1,600,000, whatever the length. {@code lstm} on floats is one call of oneDNN, which costs 100 us
 * once and little for each step: a single step 1.1 to 2.2 up to 131,000 weights, four steps 1.0 to
 * 1.8, but 50 steps 0.2 at 8,000, 0.3 at 33,000, 0.6 at 131,000, 1.9 at 524,000, 3.3 at 2,100,000.
 */
public final class LibtorchKernels {

    private static final Kernels KERNELS =
            new Kernels(
                    EnumSet.of(
                            Role.ADD,
                            Role.MULTIPLY,
                            Role.CONCAT,
                            Role.RANGE_PRESERVING,
                            Role.ACTIVATION),
                    false,
                    false,
                    false,
                    Kernels.Widths.ANY,
                    false,
                    false,
                    EnumSet.allOf(Kernels.PairOrder.class),
                    EnumSet.of(Kernels.PairOrder.DEPTHWISE),
                    new Kernels.DynamicProducts(0, 28, 8),
                    new Kernels.RecurrentLayers(
                            Map.of(
                                    "lstm",
                                    new Kernels.RecurrentCost(300_000, -1_200_000),
                                    "gru",
                                    new Kernels.RecurrentCost(0, 0)),
                            false,
                            false),
                    Kernels.Library.ONLY);

    private static final String NO_TRANSPOSED =
            "libtorch's integer kernels for transposed convolutions are wrong or slower than floats";

    private LibtorchKernels() {}

    /**
     * Returns the kernels of the engine that libtorch takes by itself on x86-64.
     *
     * @return what they compute, prefer and how they add
     */
    public static Kernels kernels() {
        return kernels(QuantizedEngine.X86);
    }

    /**
     * Returns the kernels of a library.
     *
     * <p>Only files for FBGEMM keep every other library away by their zero points, so that its own
     * order of neighbours is enough; others may meet any library in a program that sets nothing.
     *
     * @param engine the library
     * @return what they compute, prefer and how they add
     */
    public static Kernels kernels(QuantizedEngine engine) {
        boolean fbgemm = engine == QuantizedEngine.FBGEMM;
        return KERNELS.withLibrary(
                fbgemm
                        ? EnumSet.of(Kernels.PairOrder.ROW, Kernels.PairOrder.DEPTHWISE)
                        : KERNELS.pairs(),
                new Kernels.Library(
                        Optional.of(engine),
                        false,
                        fbgemm || engine == QuantizedEngine.X86,
                        Map.of(Role.TRANSPOSED_CONVOLUTION, NO_TRANSPOSED)));
    }
}
