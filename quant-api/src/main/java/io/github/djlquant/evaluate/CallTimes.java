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

import java.util.List;

/**
 * The distribution of the time of a call, in microseconds.
 *
 * @param calls timed calls
 * @param mean the arithmetic mean
 * @param p50 the median
 * @param p90 90 % of the calls took at most so long
 * @param p99 99 % of the calls took at most so long
 * @param max the longest call
 * @param buckets the histogram, in rising order; at most about a hundred buckets
 */
public record CallTimes(
        long calls,
        double mean,
        double p50,
        double p90,
        double p99,
        double max,
        List<Bucket> buckets) {

    /** Copies the list. */
    public CallTimes {
        buckets = List.copyOf(buckets);
    }

    /**
     * Calls that took about the same time.
     *
     * @param from above so many microseconds
     * @param to up to so many microseconds
     * @param calls how many
     */
    public record Bucket(double from, double to, long calls) {}
}
