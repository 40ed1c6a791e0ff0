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
package io.github.djlquant.observe;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;

/**
 * How many elements have which sign, exponent and upper six mantissa bits. Immutable.
 *
 * <p>The bins are those of the number format itself, not of a range: bin widths are 1/64 to 1/128
 * of the values they hold, there is nothing to grow when a larger value comes, one value of -3.4e38
 * does no harm to the rest, and two histograms merge exactly. Of the 32,768 bins only those that
 * are not empty are kept, in ascending order of their values.
 */
public final class FloatHistogram {

    /** Bits of a binary32 number that do not select the bin. */
    static final int DROPPED_BITS = 17;

    /** The number of possible bins. */
    static final int BINS = 1 << 32 - DROPPED_BITS;

    private static final int HALF = BINS / 2;

    /** The first bin of a sign that holds no finite number. */
    static final int FIRST_NON_FINITE = 0x7f800000 >>> DROPPED_BITS;

    /** The histogram of nothing. */
    public static final FloatHistogram EMPTY = new FloatHistogram(new int[0], new long[0]);

    /** Bins by rank: 0 for the most negative number, BINS - 1 for the largest. */
    private final int[] ranks;

    private final long[] counts;
    private final long total;

    private FloatHistogram(int[] ranks, long[] counts) {
        this.ranks = ranks;
        this.counts = counts;
        this.total = Arrays.stream(counts).sum();
    }

    /**
     * Counts elements.
     *
     * @param elements finite numbers
     * @return their histogram
     * @throws IllegalArgumentException if an element is NaN or infinite
     */
    public static FloatHistogram of(float... elements) {
        BinCounter counter = new BinCounter();
        counter.add(elements, elements.length);
        return counter.histogram();
    }

    /** Makes a histogram of counts by the bits of the number. */
    static FloatHistogram ofCounts(long[] byBits) {
        int size = 0;
        for (long count : byBits) {
            size += count == 0 ? 0 : 1;
        }
        int[] ranks = new int[size];
        long[] counts = new long[size];
        int at = 0;
        for (int rank = 0; rank < BINS; rank++) {
            long count = byBits[bits(rank)];
            if (count != 0) {
                int magnitude = bits(rank) & HALF - 1;
                if (magnitude >= FIRST_NON_FINITE) {
                    throw new IllegalArgumentException(count + " elements are NaN or infinite");
                }
                ranks[at] = rank;
                counts[at++] = count;
            }
        }
        return new FloatHistogram(ranks, counts);
    }

    private static int bits(int rank) {
        return rank >= HALF ? rank - HALF : BINS - 1 - rank;
    }

    /**
     * Returns the number of bins that are not empty.
     *
     * @return bins
     */
    public int size() {
        return ranks.length;
    }

    /**
     * Returns the number of elements.
     *
     * @return the sum of all counts
     */
    public long total() {
        return total;
    }

    /**
     * Returns the elements in a bin.
     *
     * @param bin 0 to {@link #size()} - 1, ascending by value
     * @return a positive number
     */
    public long count(int bin) {
        return counts[bin];
    }

    /**
     * Returns the lower edge of a bin.
     *
     * @param bin 0 to {@link #size()} - 1, ascending by value
     * @return no element of the bin is below
     */
    public double lower(int bin) {
        int rank = ranks[bin];
        return rank >= HALF ? edge(rank - HALF) : -edge(HALF - rank);
    }

    /**
     * Returns the upper edge of a bin.
     *
     * @param bin 0 to {@link #size()} - 1, ascending by value
     * @return no element of the bin is above
     */
    public double upper(int bin) {
        int rank = ranks[bin];
        return rank >= HALF ? edge(rank - HALF + 1) : -edge(HALF - 1 - rank);
    }

    /** The smallest magnitude of a bin; the largest finite number where the bins end. */
    private static double edge(int magnitude) {
        return magnitude >= FIRST_NON_FINITE
                ? Float.MAX_VALUE
                : Float.intBitsToFloat(magnitude << DROPPED_BITS);
    }

    /**
     * Tells whether a bin holds 0, of either sign, and what is too small to tell from it (below
     * 2e-40).
     *
     * @param bin 0 to {@link #size()} - 1, ascending by value
     * @return true for the bins next to 0
     */
    public boolean isZero(int bin) {
        return ranks[bin] == HALF || ranks[bin] == HALF - 1;
    }

    /**
     * Returns the value below which a share of the elements lies, taking the elements of a bin as
     * evenly spread.
     *
     * @param share in [0, 1]
     * @return the value
     * @throws IllegalStateException if the histogram is empty
     */
    public double quantile(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("a share lies in [0, 1], not " + share);
        }
        if (total == 0) {
            throw new IllegalStateException("an empty histogram has no quantiles");
        }
        double target = share * total;
        double below = 0;
        for (int bin = 0; bin < ranks.length; bin++) {
            if (below + counts[bin] >= target) {
                double inside = (target - below) / counts[bin];
                return lower(bin) + inside * (upper(bin) - lower(bin));
            }
            below += counts[bin];
        }
        return upper(ranks.length - 1);
    }

    /**
     * Adds a number to every element, as well as the bins' width allows.
     *
     * @param offset the number
     * @return the histogram of the moved elements, each taken to lie in the middle of its bin
     */
    public FloatHistogram shifted(double offset) {
        long[] byBits = new long[BINS];
        for (int bin = 0; bin < size(); bin++) {
            double middle = isZero(bin) ? 0 : (lower(bin) + upper(bin)) / 2;
            byBits[Float.floatToRawIntBits((float) (middle + offset)) >>> DROPPED_BITS] +=
                    count(bin);
        }
        return ofCounts(byBits);
    }

    /**
     * Merges two histograms: associative, commutative, exact.
     *
     * @param other the other one
     * @return the counts of both
     */
    public FloatHistogram merge(FloatHistogram other) {
        Objects.requireNonNull(other, "other");
        if (total == 0) {
            return other;
        }
        if (other.total == 0) {
            return this;
        }
        int[] mergedRanks = new int[ranks.length + other.ranks.length];
        long[] mergedCounts = new long[mergedRanks.length];
        int size = 0;
        int a = 0;
        int b = 0;
        while (a < ranks.length || b < other.ranks.length) {
            int rankA = a < ranks.length ? ranks[a] : BINS;
            int rankB = b < other.ranks.length ? other.ranks[b] : BINS;
            mergedRanks[size] = Math.min(rankA, rankB);
            mergedCounts[size] =
                    rankA == rankB
                            ? Math.addExact(counts[a], other.counts[b])
                            : rankA < rankB ? counts[a] : other.counts[b];
            a += rankA <= rankB ? 1 : 0;
            b += rankB <= rankA ? 1 : 0;
            size++;
        }
        return new FloatHistogram(
                Arrays.copyOf(mergedRanks, size), Arrays.copyOf(mergedCounts, size));
    }

    /** Adds the counts to those of a counter. */
    void addTo(long[] byBits) {
        for (int bin = 0; bin < ranks.length; bin++) {
            byBits[bits(ranks[bin])] += counts[bin];
        }
    }

    /**
     * Writes the histogram as text: for each bin the distance to the bin before and the count, as
     * variable-length integers, in Base64.
     *
     * @return text that {@link #decode} reads
     */
    public String encode() {
        ByteBuffer bytes = ByteBuffer.allocate(ranks.length * 13);
        int before = -1;
        for (int bin = 0; bin < ranks.length; bin++) {
            putVarint(bytes, ranks[bin] - before);
            putVarint(bytes, counts[bin]);
            before = ranks[bin];
        }
        return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), bytes.position()));
    }

    private static void putVarint(ByteBuffer bytes, long value) {
        long rest = value;
        while (rest > 0x7f) {
            bytes.put((byte) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        bytes.put((byte) rest);
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @param text the text
     * @return the histogram
     * @throws IllegalArgumentException if the text is malformed
     */
    public static FloatHistogram decode(String text) {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text));
        int[] ranks = new int[Math.min(bytes.remaining() / 2 + 1, BINS)];
        long[] counts = new long[ranks.length];
        int size = 0;
        long rank = -1;
        while (bytes.hasRemaining()) {
            long step = getVarint(bytes);
            long count = getVarint(bytes);
            if (step < 1 || step > BINS || rank + step >= BINS || count < 1) {
                throw new IllegalArgumentException(
                        "bin " + size + " of the histogram is malformed");
            }
            rank += step;
            int magnitude = bits((int) rank) & HALF - 1;
            if (magnitude >= FIRST_NON_FINITE) {
                throw new IllegalArgumentException("bin " + size + " holds no finite numbers");
            }
            ranks[size] = (int) rank;
            counts[size++] = count;
        }
        return new FloatHistogram(Arrays.copyOf(ranks, size), Arrays.copyOf(counts, size));
    }

    private static long getVarint(ByteBuffer bytes) {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            if (!bytes.hasRemaining()) {
                break;
            }
            byte next = bytes.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("the histogram is truncated");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FloatHistogram that
                && Arrays.equals(ranks, that.ranks)
                && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(ranks) + Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return total == 0
                ? "no elements"
                : total
                        + " elements in "
                        + ranks.length
                        + " bins of ["
                        + lower(0)
                        + ", "
                        + upper(ranks.length - 1)
                        + "]";
    }
}
