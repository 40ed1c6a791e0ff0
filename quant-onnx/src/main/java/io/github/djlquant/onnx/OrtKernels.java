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

import io.github.djlquant.backend.CpuClass;
import io.github.djlquant.backend.Kernels;
import java.util.Map;

/** ONNX Runtime's integer kernels (MLAS), as measured with 1.21.1 and 1.29.0. */
final class OrtKernels {

    /**
     * The direct convolution of x86 reads channels four at a time, if there are at least 16 outputs
     * and a multiple of 4, the depthwise one 16 at a time. Whatever does not fit is gathered into a
     * matrix.
     */
    private static final Kernels.Widths X86 = new Kernels.Widths(4, 16, 16, 4);

    /**
     * Measured on products of 1,024 to 65,536 weights and 1 to 128 rows (1.29.0, AVX512-VNNI, one
     * thread): each has a cost of 0.8 us and 0.14 ns per element, and saves 6.7 ns per 1,000
     * multiply-accumulates; up to four rows cost the same. So with one row integers take twice as
     * long at 1,000 weights (0.54x), as long as floats at 37,000 (1.01x), half as long at 65,000
     * (2.1x); with 64 rows as long at 4,500.
     */
    private static final Kernels.DynamicProducts DYNAMIC =
            new Kernels.DynamicProducts(120_000, 21, 4);

    /**
     * Measured with 1.29.0 (AVX512-VNNI, one thread, ratio to float): LSTM over 50 steps 0.8x at
     * 8,000 weights, 1.0x at 20,000, 1.2x at 33,000, 2.2x at 295,000; over 4 steps 0.96x at 33,000,
     * 1.0x at 51,000; for one step 0.93x at 33,000, 0.97x at 74,000, 1.07x at 131,000. GRU and RNN
     * have no integer kernel; stored weights cost nothing at run time (0.97x to 1.02x), where
     * DequantizeLinear, which is not computed ahead, costs 0.6x to 0.97x.
     */
    private static final Kernels.RecurrentLayers RECURRENT =
            new Kernels.RecurrentLayers(
                    Map.of("LSTM", new Kernels.RecurrentCost(18_400, 81_600)), true, true);

    private OrtKernels() {}

    /**
     * The kernels on a class of CPUs, those of x86 where it is open. Arm has no such preference for
     * the channels of a first layer, and gathers patches of few channels in another way.
     */
    static Kernels on(CpuClass cpu) {
        Kernels plain = Kernels.PLAIN.withDynamic(DYNAMIC).withRecurrent(RECURRENT);
        return cpu == CpuClass.ARM64 ? plain : plain.withWidths(X86, true);
    }
}
