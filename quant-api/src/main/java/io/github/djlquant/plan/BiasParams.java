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
package io.github.djlquant.plan;

import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.scheme.QuantType;
import io.github.djlquant.scheme.TensorScheme;

/**
 * How the bias of an integer layer is quantized: int32, zero point 0, scale S_x * S_w, so that it
 * is added to the accumulator as it is (Jacob et al. 2018, section 2.4).
 */
public final class BiasParams {

    private static final TensorScheme SCHEME =
            new TensorScheme(
                    QuantType.INT32,
                    TensorScheme.Symmetry.SYMMETRIC_FULL,
                    new Granularity.PerChannel(0));

    private BiasParams() {}

    /**
     * Computes a bias's parameters.
     *
     * @param data the parameters of the layer's input, per tensor
     * @param weight the parameters of its weight
     * @return as many scales as the weight has, along the only axis; one scale if the weight has
     *     one
     */
    public static QuantParams of(QuantParams data, QuantParams weight) {
        float[] scales = weight.scales();
        for (int i = 0; i < scales.length; i++) {
            // In binary32, as the engine does: the checker compares with its own product.
            scales[i] = Math.max(Float.MIN_NORMAL, data.scale(0) * scales[i]);
        }
        TensorScheme scheme =
                weight.granularity() instanceof Granularity.PerTensor
                        ? SCHEME.withGranularity(Granularity.PER_TENSOR)
                        : SCHEME;
        return new QuantParams(scheme, scales, new int[scales.length]);
    }
}
