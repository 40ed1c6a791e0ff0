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
package io.github.djlquant.graph;

import java.util.OptionalLong;
import java.util.stream.LongStream;

/** Looks for NaN and infinity. Floats are judged by their bits, many at once. */
final class FiniteCheck {

    /** Elements that are judged at once. */
    private static final int WINDOW = 1 << 18;

    private FiniteCheck() {}

    /** The row-major index of the first element that is not finite. */
    static OptionalLong firstNonFinite(Tensor tensor) {
        return tensor.dataType() == DataType.FLOAT ? firstFloat(tensor.storage()) : first(tensor);
    }

    private static OptionalLong firstFloat(TensorStorage storage) {
        long elements = storage.byteSize() / Float.BYTES;
        return LongStream.range(0, (elements + WINDOW - 1) / WINDOW)
                .parallel()
                .map(window -> firstFloat(storage, window * WINDOW, elements))
                .filter(first -> first >= 0)
                .findFirst();
    }

    /** The first in a window; negative if there is none. */
    private static long firstFloat(TensorStorage storage, long start, long elements) {
        int count = (int) Math.min(WINDOW, elements - start);
        int[] bits = new int[count];
        storage.window(start * Float.BYTES, count * Float.BYTES).asIntBuffer().get(bits);
        int signs = 0;
        for (int word : bits) {
            signs |= signIfNonFinite(word);
        }
        for (int i = 0; signs < 0 && i < count; i++) {
            if (signIfNonFinite(bits[i]) < 0) {
                return start + i;
            }
        }
        return -1;
    }

    /** Negative for infinities and NaN, whose exponent bits are all set: adding 1 overflows. */
    private static int signIfNonFinite(int bits) {
        return (bits & 0x7fffffff) + 0x00800000;
    }

    private static OptionalLong first(Tensor tensor) {
        long[] first = {-1};
        tensor.forEach(
                (index, value) -> {
                    if (first[0] < 0 && !Double.isFinite(value)) {
                        first[0] = index;
                    }
                });
        return first[0] < 0 ? OptionalLong.empty() : OptionalLong.of(first[0]);
    }
}
