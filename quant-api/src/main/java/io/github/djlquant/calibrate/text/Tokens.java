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
package io.github.djlquant.calibrate.text;

/**
 * The tokens of one sample, without padding.
 *
 * @param ids indices into the vocabulary
 * @param types 0 for the first text and what belongs to it, 1 for the second
 */
public record Tokens(long[] ids, long[] types) {

    /** Refuses arrays of different lengths. */
    public Tokens {
        if (ids.length != types.length) {
            throw new IllegalArgumentException(ids.length + " ids, " + types.length + " types");
        }
    }

    /**
     * Returns the number of tokens.
     *
     * @return the length
     */
    public int length() {
        return ids.length;
    }
}
