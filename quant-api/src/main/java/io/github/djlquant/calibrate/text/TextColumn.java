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

import java.util.Objects;

/** Which column of a file of texts is meant. */
public sealed interface TextColumn {

    /**
     * Reads what a user writes.
     *
     * @param text a number from 1 on, or else a name from the file's first line
     * @return the column
     * @throws IllegalArgumentException if the text is blank or the number not positive
     */
    static TextColumn parse(String text) {
        String name = text.strip();
        return name.matches("-?\\d{1,9}") ? new Numbered(Integer.parseInt(name)) : new Named(name);
    }

    /**
     * A column by its place. The file then has no line of names.
     *
     * @param number counted from 1
     */
    record Numbered(int number) implements TextColumn {
        /** Refuses numbers below 1. */
        public Numbered {
            if (number < 1) {
                throw new IllegalArgumentException("columns count from 1, not " + number);
            }
        }

        @Override
        public String toString() {
            return Integer.toString(number);
        }
    }

    /**
     * A column by its name, which stands in the file's first line.
     *
     * @param name the name
     */
    record Named(String name) implements TextColumn {
        /** Refuses blank names. */
        public Named {
            Objects.requireNonNull(name, "name");
            if (name.isBlank()) {
                throw new IllegalArgumentException("a column without a name");
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
