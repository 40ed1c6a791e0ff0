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

import io.github.djlquant.evaluate.CallTimes;
import io.github.djlquant.evaluate.ColdStart;
import io.github.djlquant.evaluate.ConfidenceInterval;
import io.github.djlquant.evaluate.Footprint;
import io.github.djlquant.evaluate.LatencyDistribution;
import io.github.djlquant.evaluate.MemoryRatio;
import io.github.djlquant.evaluate.Performance;
import io.github.djlquant.evaluate.Throughput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Made-up times, throughput and sizes. */
final class SampleTimes {

    private SampleTimes() {}

    static Performance performance() {
        return new Performance(
                List.of(
                        new LatencyDistribution(
                                1,
                                1,
                                times(586),
                                times(285),
                                2.07,
                                new ConfidenceInterval(2.0, 2.12)),
                        new LatencyDistribution(
                                2,
                                1,
                                times(341),
                                times(190),
                                1.79,
                                new ConfidenceInterval(1.71, 1.86))),
                List.of(
                        new Throughput(1, 1, 1706, 3508, 2.06, new ConfidenceInterval(2.0, 2.1)),
                        new Throughput(32, 1, 1820, 4011, 2.2, new ConfidenceInterval(2.1, 2.3))),
                Optional.of(new ColdStart(9, 31, 24, 1.29, new ConfidenceInterval(1.1, 1.4))),
                Optional.of(
                        new Footprint(
                                new Footprint.Size(
                                        1_094_605,
                                        Optional.of(4_100_000L),
                                        Optional.of(7_900_000L)),
                                new Footprint.Size(
                                        352_539, Optional.of(2_700_000L), Optional.of(5_100_000L)),
                                Optional.of(
                                        new MemoryRatio(
                                                6, 1.52, new ConfidenceInterval(1.44, 1.6))),
                                Optional.of(
                                        new MemoryRatio(
                                                6, 1.55, new ConfidenceInterval(1.5, 1.63))))));
    }

    private static CallTimes times(double median) {
        List<CallTimes.Bucket> buckets = new ArrayList<>();
        double from = median * 0.93;
        for (int i = 0; i < 60; i++) {
            double to = from * 1.008;
            double z = Math.log(to / median) / 0.03;
            long calls = Math.round(600 * Math.exp(-z * z / 2) + 14 * Math.exp(-Math.abs(z) / 4));
            if (calls > 0) {
                buckets.add(new CallTimes.Bucket(from, to, calls));
            }
            from = to;
        }
        buckets.add(new CallTimes.Bucket(median * 3.1, median * 3.2, 2));
        long calls = buckets.stream().mapToLong(CallTimes.Bucket::calls).sum();
        return new CallTimes(
                calls, median * 1.02, median, median * 1.05, median * 1.22, median * 3.2, buckets);
    }
}
