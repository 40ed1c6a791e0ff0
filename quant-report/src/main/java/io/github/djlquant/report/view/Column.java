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
package io.github.djlquant.report.view;

import java.util.Objects;

/**
 * A column of a table.
 *
 * @param title its head
 * @param help one sentence on what it holds; may be empty
 * @param number true if it holds figures: they are aligned to the right, the largest comes first
 *     when sorted
 * @param bar true if the page draws a bar below each positive figure, as long as it is large
 * @param code true if it holds names of a model, which are written as code
 */
public record Column(String title, String help, boolean number, boolean bar, boolean code) {

    /** Requires the texts. */
    public Column {
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(help, "help");
    }

    /**
     * Makes a column of names that a model gives.
     *
     * @param title its head
     * @return the column
     */
    public static Column names(String title) {
        return new Column(title, "", false, false, true);
    }

    /**
     * Makes a column of words.
     *
     * @param title its head
     * @return the column
     */
    public static Column words(String title) {
        return new Column(title, "", false, false, false);
    }

    /**
     * Makes a column of words.
     *
     * @param title its head
     * @param help what it holds
     * @return the column
     */
    public static Column words(String title, String help) {
        return new Column(title, help, false, false, false);
    }

    /**
     * Makes a column of figures.
     *
     * @param title its head
     * @param help what it holds
     * @return the column
     */
    public static Column figures(String title, String help) {
        return new Column(title, help, true, false, false);
    }

    /**
     * Makes a column of figures that its head explains.
     *
     * @param title its head
     * @return the column
     */
    public static Column figures(String title) {
        return figures(title, "");
    }

    /**
     * Draws bars.
     *
     * @return a copy
     */
    public Column withBars() {
        return new Column(title, help, number, true, code);
    }
}
