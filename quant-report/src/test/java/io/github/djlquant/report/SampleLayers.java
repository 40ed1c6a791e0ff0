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
package io.github.djlquant.report;

import io.github.djlquant.evaluate.LayerError;
import io.github.djlquant.evaluate.OperatorShare;
import io.github.djlquant.evaluate.Operators;
import io.github.djlquant.evaluate.Sensitivity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Made-up findings of each layer of a network. */
final class SampleLayers {

    private final UnaryOperator<String> names;
    private final Random random;
    private final int layers;

    SampleLayers(UnaryOperator<String> names, Random random, int layers) {
        this.names = names;
        this.random = random;
        this.layers = layers;
    }

    List<LayerError> errors() {
        List<LayerError> all = new ArrayList<>();
        double sqnr = 44;
        for (int i = 0; i < layers; i++) {
            boolean guilty = i == layers / 2;
            double drop = guilty ? 9.4 : random.nextDouble() * 1.2 - 0.2;
            sqnr =
                    Math.max(
                            12,
                            sqnr
                                    - (i < layers / 2 ? 0.6 : 0) * 21 / layers
                                    - (guilty ? 4 : 0)
                                    + random.nextGaussian());
            String node = names.apply(layer(i));
            all.add(
                    new LayerError(
                            node + "_output_0",
                            node,
                            i,
                            sqnr,
                            drop,
                            1 - Math.pow(10, -sqnr / 10) / 2,
                            Optional.of(
                                    new LayerError.RangeUse(
                                            0,
                                            6.1 + random.nextDouble(),
                                            0,
                                            5.2,
                                            guilty ? 0.0042 : 0)),
                            Optional.of(guilty ? 212.0 : 1.5 + random.nextDouble() * 4)));
        }
        return all;
    }

    static String layer(int index) {
        return "layer" + (1 + index / 6) + "." + index / 2 % 3 + "/conv" + (1 + index % 2);
    }

    List<Sensitivity> sensitivity() {
        return IntStream.range(0, Math.min(layers, 200))
                .mapToObj(
                        i ->
                                new Sensitivity(
                                        names.apply(layer(i)),
                                        i,
                                        2_359_296,
                                        16,
                                        Optional.of(36 + random.nextDouble() * 8),
                                        Optional.of(30.9 + random.nextDouble()),
                                        Optional.of(random.nextDouble())))
                .toList();
    }

    Operators operators() {
        List<OperatorShare> all = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            boolean fell = i == 4;
            all.add(
                    new OperatorShare(
                            names.apply(layer(i)),
                            "Conv",
                            fell ? "FusedConv" : "QLinearConv",
                            !fell,
                            fell,
                            fell ? names.apply("its range was not fixed") : "with Relu",
                            Optional.of((fell ? 0.2 : 0.7) / layers),
                            Optional.of(12.5)));
        }
        all.add(
                new OperatorShare(
                        names.apply("gap"),
                        "GlobalAveragePool",
                        "QLinearGlobalAveragePool",
                        true,
                        false,
                        "",
                        Optional.of(0.05),
                        Optional.of(14.0)));
        all.add(
                new OperatorShare(
                        names.apply("softmax"),
                        "Softmax",
                        "Softmax",
                        false,
                        false,
                        "stays float: exponentials need more than 8 bits",
                        Optional.of(0.04),
                        Optional.of(11.0)));
        return new Operators("OnnxRuntime 1.29.0", "the engine's profiler, 50 calls", all);
    }
}
