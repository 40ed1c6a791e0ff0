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

import java.util.Objects;

/** One extent of a {@link Shape}: known, named or unknown. */
public sealed interface Dimension {

    /** A dimension of which nothing is known. */
    Dimension UNKNOWN = new Unknown();

    /**
     * A known extent.
     *
     * @param size the number of elements along the dimension, not negative
     */
    record Fixed(long size) implements Dimension {
        /** Refuses negative sizes. */
        public Fixed {
            if (size < 0) {
                throw new IllegalArgumentException("a dimension has a negative size: " + size);
            }
        }

        @Override
        public String toString() {
            return Long.toString(size);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Fixed that && size == that.size;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(size);
        }
    }

    /**
     * An extent known at run time, equal wherever the same name stands.
     *
     * @param name the symbol, such as {@code batch}
     */
    record Symbolic(String name) implements Dimension {
        /** Requires a name. */
        public Symbolic {
            Objects.requireNonNull(name, "name");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** An extent of which nothing is known. */
    record Unknown() implements Dimension {
        @Override
        public String toString() {
            return "?";
        }
    }
}
