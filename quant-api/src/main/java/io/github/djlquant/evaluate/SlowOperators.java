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
package io.github.djlquant.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Tells which operators make a quantized model slow, by the engine's own profile. */
final class SlowOperators {

    /** A conversion that takes less of the time is the price of quantization. */
    private static final double CONVERTING = 0.25;

    /** What to try against it. */
    static final List<String> ADVICE =
            List.of(
                    "leave these operators in float, by the recipe's scope",
                    "another recipe: auto takes the fastest that passes, which may be the optimized"
                            + " float model");

    private final Optional<Operators> operators;

    SlowOperators(Evaluation evaluation) {
        this.operators =
                evaluation
                        .latency()
                        .filter(latency -> latency.ratio() < 1)
                        .flatMap(latency -> evaluation.operators());
    }

    /** The kernel that takes most time, and conversions where they take much. */
    List<GateResult.Culprit> find() {
        List<GateResult.Culprit> found = new ArrayList<>();
        List<Operators.KernelShare> kernels = operators.map(Operators::byKernel).orElse(List.of());
        kernels.stream()
                .filter(kernel -> kernel.share().isPresent() && !converts(kernel.kernel()))
                .findFirst()
                .ifPresent(kernel -> found.add(culprit(kernel.kernel(), text(kernel))));
        double converting =
                kernels.stream()
                        .filter(kernel -> converts(kernel.kernel()))
                        .mapToDouble(kernel -> kernel.share().orElse(0.0))
                        .sum();
        if (converting > CONVERTING) {
            found.add(
                    culprit(
                            "conversion",
                            String.format(
                                    Locale.ROOT,
                                    "converting between floats and integers takes %.0f %% of the"
                                            + " time of a call",
                                    100 * converting)));
        }
        return found;
    }

    private static boolean converts(String kernel) {
        return kernel.toLowerCase(Locale.ROOT).contains("quantizelinear");
    }

    private String text(Operators.KernelShare kernel) {
        String reason =
                operators.stream()
                        .flatMap(all -> all.operators().stream())
                        .filter(
                                o ->
                                        o.kernel().equals(kernel.kernel())
                                                && o.int8() == kernel.int8())
                        .filter(o -> !o.int8() && !o.reason().isEmpty())
                        .map(o -> ": " + o.reason())
                        .findFirst()
                        .orElse("");
        return String.format(
                Locale.ROOT,
                "%s: %d of them take %.0f %% of the time of a call, %s%s",
                kernel.kernel(),
                kernel.instances(),
                100 * kernel.share().orElseThrow(),
                kernel.int8() ? "on integers" : "in float",
                reason);
    }

    private static GateResult.Culprit culprit(String name, String text) {
        return new GateResult.Culprit(GateResult.Culprit.Kind.OPERATOR, name, text);
    }
}
