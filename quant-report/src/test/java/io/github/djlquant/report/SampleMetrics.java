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

import io.github.djlquant.evaluate.ConfidenceInterval;
import io.github.djlquant.evaluate.Metric;
import io.github.djlquant.evaluate.PairedTest;
import io.github.djlquant.evaluate.Slice;
import io.github.djlquant.evaluate.Slices;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Made-up figures of merit, and how they differ between slices. */
final class SampleMetrics {

    private final UnaryOperator<String> names;

    SampleMetrics(UnaryOperator<String> names) {
        this.names = names;
    }

    Metric top1(double source, double quantized) {
        double drop = source - quantized;
        return new Metric(
                names.apply("top-1"),
                source,
                quantized,
                true,
                drop,
                new ConfidenceInterval(drop - 0.0021, drop + 0.0021),
                "Wald interval of paired proportions",
                Optional.of(new PairedTest("McNemar, exact", drop > 0.003 ? 1e-9 : 0.32)),
                10_000);
    }

    Metric f1() {
        return new Metric(
                names.apply("f1"),
                0.8098,
                0.8109,
                true,
                -0.0011,
                new ConfidenceInterval(-0.0034, 0.0012),
                "paired Poisson bootstrap, 1000 replicates",
                Optional.empty(),
                10_000);
    }

    List<Slices> slices() {
        List<Slice> byLabel = new ArrayList<>();
        for (int i = 0; i < Samples.CLASSES.size(); i++) {
            boolean cat = Samples.CLASSES.get(i).equals("cat");
            double drop = cat ? 0.132 : 0.004 - 0.0015 * i;
            byLabel.add(
                    new Slice(
                            names.apply(Samples.CLASSES.get(i)),
                            1000,
                            cat ? 0.651 : 0.82,
                            (cat ? 0.651 : 0.82) - drop,
                            drop,
                            new ConfidenceInterval(drop - 0.012, drop + 0.012),
                            cat ? 0.151 : 0.012,
                            Optional.of(cat ? 2.1e-8 : 0.9),
                            false));
        }
        List<Slice> byBrightness =
                List.of(
                        new Slice(
                                "0.08 to 0.31",
                                2500,
                                0.79,
                                0.787,
                                0.003,
                                new ConfidenceInterval(-0.003, 0.009),
                                0.014,
                                Optional.of(0.7),
                                false),
                        new Slice(
                                "0.31 to 0.47",
                                2500,
                                0.81,
                                0.811,
                                -0.001,
                                new ConfidenceInterval(-0.006, 0.004),
                                0.011,
                                Optional.of(0.9),
                                false),
                        new Slice(
                                "above 0.9",
                                12,
                                0.75,
                                0.5,
                                0.25,
                                new ConfidenceInterval(-0.1, 0.6),
                                0.25,
                                Optional.empty(),
                                true));
        return List.of(
                new Slices("label", Slices.Kind.LABEL, "top-1", "Holm", 30, byLabel, 0),
                new Slices(
                        names.apply("brightness"),
                        Slices.Kind.INPUT_PROPERTY,
                        "top-1",
                        "Holm",
                        30,
                        byBrightness,
                        2));
    }
}
