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
package io.github.djlquant.calibrate;

import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.CRC32;

/**
 * Finds out how much rows differ from each other, in memory that does not grow with their number: a
 * checksum stands for a row. Where nearly all of the first {@value #ENOUGH} rows differ, those
 * behind them are taken for different unseen: what repeats itself later repeats enough. Else up to
 * {@value #MOST} different ones are counted; of more, those whose last bits are 0, and each such
 * bit doubles what one stands for (adaptive sampling: Flajolet, "On adaptive sampling", 1990). The
 * count is then wrong by some 2 %. Not thread-safe.
 */
public final class RowSurvey {

    static final int ENOUGH = 128;

    static final int MOST = 1 << 12;

    private static final double NEARLY_ALL = 0.9;

    /** More numbers for each pixel are features, not channels. */
    private static final long MOST_CHANNELS = 4;

    private final CRC32 checksum = new CRC32();
    private final Digests digests = new Digests();
    private long rows;
    private long constant;

    /** Rows that were not counted, because those before them differ. */
    private long unseen;

    private boolean varied;

    /**
     * Looks at a batch.
     *
     * @param feed the batch; one without rows counts as one
     */
    public void add(Feed feed) {
        int count = feed.isBatchFirst() ? feed.rows() : 1;
        List<Part> parts = new ArrayList<>();
        for (Tensor tensor : feed.tensors().values()) {
            if (tensor.storage() instanceof TensorStorage.Strings) {
                unknown(count);
                return;
            }
            parts.add(Part.of(tensor, count));
        }
        for (int row = 0; row < count; row++) {
            checksum.reset();
            boolean varies = parts.isEmpty();
            for (Part part : parts) {
                ByteBuffer bytes = part.row(row);
                varies |= !part.isConstant(bytes);
                if (!varied) {
                    checksum.update(bytes);
                }
            }
            constant += varies ? 0 : 1;
            count((int) checksum.getValue());
        }
    }

    private void count(int digest) {
        rows++;
        if (varied) {
            unseen++;
        } else {
            digests.add(spread(digest));
            varied = rows == ENOUGH && digests.count() >= NEARLY_ALL * ENOUGH;
        }
    }

    /** Looks at each batch of a stream as it is taken. */
    FeedStream watching(FeedStream feeds) {
        return new FeedStream() {
            @Override
            public OptionalLong rows() {
                return feeds.rows();
            }

            @Override
            public OptionalLong rowsOfData() {
                return feeds.rowsOfData();
            }

            @Override
            public boolean hasNext() {
                return feeds.hasNext();
            }

            @Override
            public Feed next() {
                Feed feed = feeds.next();
                add(feed);
                return feed;
            }

            @Override
            public void close() {
                feeds.close();
            }
        };
    }

    /** Rows that are not looked into count as different. */
    private void unknown(int count) {
        for (int row = 0; row < count; row++) {
            count((int) rows);
        }
    }

    /** Checksums of rows that are alike differ in few bits; a sample needs all of them to. */
    private static int spread(int checksum) {
        int mixed = (checksum ^ checksum >>> 16) * 0x85ebca6b;
        mixed = (mixed ^ mixed >>> 13) * 0xc2b2ae35;
        return mixed ^ mixed >>> 16;
    }

    /**
     * Returns what was found.
     *
     * @return the rows so far
     * @throws IllegalStateException if there was none
     */
    public RowVariety result() {
        if (rows == 0) {
            throw new IllegalStateException("no row was seen");
        }
        return new RowVariety(rows, Math.min(rows, digests.count() + unseen), constant);
    }

    /** Different digests, of many only those that end in so many bits of 0. */
    private static final class Digests {

        private static final int PLACES = 4 * MOST;

        /** By a hash of the digest, the next free place; 0 is free. */
        private int[] places = new int[PLACES];

        private int kept;
        private int bits;

        void add(int digest) {
            // The one digest that would mean a free place counts as another one.
            put(digest == 0 ? Integer.MIN_VALUE : digest);
            while (kept > MOST) {
                bits++;
                int[] before = places;
                places = new int[PLACES];
                kept = 0;
                for (int old : before) {
                    if (old != 0) {
                        put(old);
                    }
                }
            }
        }

        private void put(int digest) {
            if (Integer.numberOfTrailingZeros(digest) < bits) {
                return;
            }
            int place = (digest * 0x9e3779b9 >>> 8) % PLACES;
            while (places[place] != 0) {
                if (places[place] == digest) {
                    return;
                }
                place = (place + 1) % PLACES;
            }
            places[place] = digest;
            kept++;
        }

        long count() {
            return Math.max(1, (long) kept << bits);
        }
    }

    /**
     * One input of a batch, cut into rows.
     *
     * @param length bytes of a row
     * @param plane bytes of each part of a row that a constant row fills with one number
     * @param step bytes from a number to the next one of the same channel
     */
    private record Part(Tensor tensor, int length, int plane, int step) {

        static Part of(Tensor tensor, int rows) {
            long[] sizes = tensor.shape().toArray();
            int length = bytes(tensor, tensor.elementCount() / rows);
            int one = bytes(tensor, 1);
            boolean channels = sizes.length > 2;
            long last = sizes.length == 0 ? 1 : sizes[sizes.length - 1];
            if (sizes.length > 3 && last <= MOST_CHANNELS && sizes[1] > last) {
                return new Part(tensor, length, length, Math.toIntExact(last) * one);
            }
            int plane = channels && sizes[1] > 0 ? length / Math.toIntExact(sizes[1]) : length;
            return new Part(tensor, length, plane > one ? plane : length, one);
        }

        private static int bytes(Tensor tensor, long elements) {
            return Math.toIntExact(tensor.dataType().byteSize(elements));
        }

        ByteBuffer row(int row) {
            return tensor.storage().window((long) row * length, length);
        }

        /** Stops at the first number that differs, which in most rows is among the first ones. */
        boolean isConstant(ByteBuffer row) {
            if (length <= step) {
                return false;
            }
            for (int start = 0; start + plane <= length; start += plane) {
                ByteBuffer ahead = row.slice(start + step, plane - step);
                if (row.slice(start, plane - step).mismatch(ahead) >= 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
