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

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;

/** A part of a section. */
public sealed interface Block {

    /**
     * Words.
     *
     * @param text a sentence or more
     * @param tone what they mean
     */
    record Note(String text, Tone tone) implements Block {

        /** Requires both. */
        public Note {
            Objects.requireNonNull(text, "text");
            Objects.requireNonNull(tone, "tone");
        }
    }

    /**
     * A table that the page sorts and filters.
     *
     * @param id unique on the page; letters, digits and hyphens
     * @param caption what it holds
     * @param columns its columns; the first names the row
     * @param rows one cell per column
     * @param marks the column by whose words the page lets rows be chosen, such as {@code float}
     *     and {@code int8}; -1 for none
     */
    record Table(String id, String caption, List<Column> columns, List<List<Cell>> rows, int marks)
            implements Block {

        /** Rows that are printed; the page itself shows all. */
        public static final int PRINTED = 60;

        /** Rows from which on a filter pays. */
        private static final int MANY = 12;

        /** Copies the lists. */
        public Table {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(caption, "caption");
            columns = List.copyOf(columns);
            rows = rows.stream().map(List::copyOf).toList();
            for (List<Cell> row : rows) {
                if (row.size() != columns.size()) {
                    throw new IllegalArgumentException(
                            id + ": " + row.size() + " cells in " + columns.size() + " columns");
                }
            }
        }

        /**
         * Tells whether there is enough to search in.
         *
         * @return true if the page offers a filter
         */
        public boolean isLong() {
            return rows.size() >= MANY;
        }

        /**
         * Returns the column that names the row.
         *
         * @return the first that holds words
         */
        public int head() {
            for (int i = 0; i < columns.size(); i++) {
                if (!columns.get(i).number()) {
                    return i;
                }
            }
            return 0;
        }

        /**
         * Cuts the table.
         *
         * @param count rows to keep
         * @return a copy with the first of them
         */
        public Table first(int count) {
            return new Table(id, caption, columns, rows.subList(0, count), marks);
        }

        /**
         * Names the columns that hold figures, and says if rows are named as in the model, for the
         * style sheet: a class in each cell would make up a tenth of a page.
         *
         * @return such as {@code named n2 n3}, counted from 1
         */
        public String styles() {
            StringJoiner styles = new StringJoiner(" ");
            if (columns.get(head()).code()) {
                styles.add("named");
            }
            for (int i = 0; i < columns.size(); i++) {
                if (columns.get(i).number()) {
                    styles.add("n" + (i + 1));
                }
            }
            return styles.toString();
        }

        /**
         * Returns what the rows can be chosen by.
         *
         * @return the different words of the column {@code marks}, in order of appearance
         */
        public List<String> choices() {
            return marks < 0
                    ? List.of()
                    : rows.stream().map(row -> row.get(marks).text()).distinct().toList();
        }
    }

    /**
     * A picture that the page's script draws.
     *
     * @param id unique on the page
     * @param kind which drawing function takes it
     * @param label what it shows, for those who can't see it
     * @param data what it draws
     */
    record Chart(String id, String kind, String label, JsonElement data) implements Block {

        /** Requires all parts. */
        public Chart {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(label, "label");
            Objects.requireNonNull(data, "data");
        }

        /**
         * Writes the data so that it can stand in a script element: no character of it can end the
         * element, and none is a line end to one reader only.
         *
         * @return JSON
         */
        public String json() {
            return ScriptJson.print(data);
        }
    }

    /**
     * Samples to look at one by one.
     *
     * @param id unique on the page
     * @param caption what they are
     * @param cards the samples
     */
    record Gallery(String id, String caption, List<Card> cards) implements Block {

        /** Copies the list. */
        public Gallery {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(caption, "caption");
            cards = List.copyOf(cards);
        }

        /**
         * Returns the kinds of its cards.
         *
         * @return each once, in order of appearance
         */
        public List<String> kinds() {
            return cards.stream().map(Card::kind).filter(k -> !k.isEmpty()).distinct().toList();
        }

        /**
         * Writes what the page shows of an opened card, except for its picture, so that it can
         * stand in a script element.
         *
         * @return JSON, see {@link Chart#json}
         */
        public String json() {
            JsonArray all = new JsonArray();
            cards.forEach(card -> all.add(card.details()));
            return ScriptJson.print(all);
        }

        /**
         * Replaces the cards.
         *
         * @param changed the new ones
         * @return a copy
         */
        public Gallery withCards(List<Card> changed) {
            return new Gallery(id, caption, changed);
        }
    }

    /**
     * Text of a machine: a command, a recipe.
     *
     * @param id unique on the page
     * @param caption what it is
     * @param text the text
     */
    record Code(String id, String caption, String text) implements Block {

        /** Requires all parts. */
        public Code {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(caption, "caption");
            Objects.requireNonNull(text, "text");
        }
    }

    /**
     * Names with their values.
     *
     * @param entries the pairs
     */
    record Facts(List<Fact> entries) implements Block {

        /** Copies the list. */
        public Facts {
            entries = List.copyOf(entries);
        }

        /**
         * Starts a list.
         *
         * @return a list to add to
         */
        public static FactList list() {
            return new FactList();
        }
    }

    /**
     * A name with its value.
     *
     * @param name the name
     * @param value the value
     */
    record Fact(String name, String value) {}

    /** Collects facts; those without a value are left out. */
    final class FactList {

        private final List<Fact> entries = new ArrayList<>();

        private FactList() {}

        /**
         * Adds a fact.
         *
         * @param name the name
         * @param value the value; nothing is added if it is empty
         * @return this list
         */
        public FactList add(String name, String value) {
            if (!value.isEmpty()) {
                entries.add(new Fact(name, value));
            }
            return this;
        }

        /**
         * Makes the block.
         *
         * @return the facts in the order in which they were added
         */
        public Facts build() {
            return new Facts(entries);
        }
    }
}
