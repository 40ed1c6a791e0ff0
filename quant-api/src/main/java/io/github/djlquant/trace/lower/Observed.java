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
package io.github.djlquant.trace.lower;

import java.util.Arrays;

/**
 * A number as it was seen in each run. Where it differs, it depends on the inputs' extents.
 *
 * @param seen one per run
 */
record Observed(long[] seen) {

    static Observed constant(long value, int runs) {
        long[] seen = new long[runs];
        Arrays.fill(seen, value);
        return new Observed(seen);
    }

    boolean isConstant() {
        for (long value : seen) {
            if (value != seen[0]) {
                return false;
            }
        }
        return true;
    }

    boolean is(long value) {
        return isConstant() && seen[0] == value;
    }

    long first() {
        return seen[0];
    }

    Observed times(Observed other) {
        long[] product = seen.clone();
        for (int i = 0; i < product.length; i++) {
            product[i] = Math.multiplyExact(product[i], other.seen[i]);
        }
        return new Observed(product);
    }

    Observed minus(Observed other) {
        long[] difference = seen.clone();
        for (int i = 0; i < difference.length; i++) {
            difference[i] -= other.seen[i];
        }
        return new Observed(difference);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Observed o && Arrays.equals(seen, o.seen);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(seen);
    }

    @Override
    public String toString() {
        return isConstant() ? Long.toString(seen[0]) : Arrays.toString(seen);
    }
}
