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

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Measures what two models hold of disk and memory, each model in several processes of its own, in
 * turns: allocators and threads make no two processes alike.
 *
 * @param source the source model
 * @param quantized the quantized model
 */
record FootprintMeasurement(Path source, Path quantized) {

    /** The fewest whose least and largest ratio hold the median with 95 %. */
    private static final int PROCESSES = 6;

    private static final int SLOW_PROCESSES = 3;
    private static final double SLOW_NANOS = 6e9;

    /** What both models' processes took, in their turn. */
    private record Pair(MemoryProbe.Growth source, MemoryProbe.Growth quantized) {}

    Footprint measure() {
        List<Pair> pairs = pairs();
        return new Footprint(
                size(source, pairs.stream().map(Pair::source).toList()),
                size(quantized, pairs.stream().map(Pair::quantized).toList()),
                ratio(pairs, MemoryProbe.Growth::loaded),
                ratio(pairs, MemoryProbe.Growth::peak));
    }

    /** None where the platform does not tell; fewer of models that take long to open. */
    private List<Pair> pairs() {
        List<Pair> pairs = new ArrayList<>();
        int wanted = PROCESSES;
        while (pairs.size() < wanted) {
            long start = System.nanoTime();
            Optional<MemoryProbe.Growth> before = MemoryProbe.inProcessOfItsOwn(source);
            Optional<MemoryProbe.Growth> after =
                    before.flatMap(known -> MemoryProbe.inProcessOfItsOwn(quantized));
            if (after.isEmpty()) {
                break;
            }
            pairs.add(new Pair(before.get(), after.get()));
            if (System.nanoTime() - start > SLOW_NANOS) {
                wanted = SLOW_PROCESSES;
            }
        }
        return pairs;
    }

    private static Footprint.Size size(Path model, List<MemoryProbe.Growth> grown) {
        Backend backend = Backends.forFile(model);
        return new Footprint.Size(
                FileSizes.of(backend, model),
                median(grown, MemoryProbe.Growth::loaded),
                median(grown, MemoryProbe.Growth::peak));
    }

    private static Optional<Long> median(
            List<MemoryProbe.Growth> grown, ToLongFunction<MemoryProbe.Growth> part) {
        double[] sorted = grown.stream().mapToDouble(part::applyAsLong).sorted().toArray();
        return sorted.length == 0
                ? Optional.empty()
                : Optional.of(Math.round(PairedRatio.median(sorted)));
    }

    /** Empty where a model is so small that its memory did not grow. */
    private static Optional<MemoryRatio> ratio(
            List<Pair> pairs, ToLongFunction<MemoryProbe.Growth> part) {
        double[] ratios =
                pairs.stream()
                        .mapToDouble(
                                pair ->
                                        part.applyAsLong(pair.source())
                                                / (double) part.applyAsLong(pair.quantized()))
                        .toArray();
        if (ratios.length == 0 || !Arrays.stream(ratios).allMatch(Double::isFinite)) {
            return Optional.empty();
        }
        PairedRatio ratio = PairedRatio.of(ratios);
        return Optional.of(new MemoryRatio(ratios.length, ratio.median(), ratio.interval()));
    }
}
