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
package io.github.djlquant.benchmarks;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Collects rows, shows them as they come, and writes them as one Markdown table and as JSON. */
final class Report {

    private final Machine machine;
    private final List<String> notes = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();

    Report(Machine machine) {
        this.machine = machine;
    }

    void note(String line) {
        System.err.println(line);
        notes.add(line);
    }

    void add(Row row) {
        System.err.println(row.markdown());
        rows.add(row);
    }

    /**
     * One measurement.
     *
     * @param what what was measured
     * @param source the float model's figure; may be empty
     * @param peer the peer's figure; may be empty
     * @param ours our figure
     * @param ratio what the bar is about, if it is a ratio; else null
     * @param bar what must be reached; empty if the row only informs
     * @param holds whether it is reached; null without a bar
     */
    record Row(
            String what,
            String source,
            String peer,
            String ours,
            MedianInterval ratio,
            String bar,
            Boolean holds) {

        /** A row that only informs. */
        static Row of(String what, String source, String peer, String ours) {
            return new Row(what, source, peer, ours, null, "", null);
        }

        Row withRatio(MedianInterval measured) {
            return new Row(what, source, peer, ours, measured, bar, holds);
        }

        Row withBar(String text, boolean reached) {
            return new Row(what, source, peer, ours, ratio, text, reached);
        }

        private String markdown() {
            return String.join(
                    " | ",
                    "| " + what,
                    source,
                    peer,
                    ours,
                    ratio == null ? "" : ratio.toString(),
                    bar,
                    (holds == null ? "" : holds ? "yes" : "NO") + " |");
        }
    }

    /** Tells whether a bar is missed. */
    boolean misses() {
        return rows.stream().anyMatch(row -> Boolean.FALSE.equals(row.holds()));
    }

    String markdown() {
        String table =
                rows.stream()
                        .map(Row::markdown)
                        .collect(Collectors.joining(System.lineSeparator()));
        String lines = notes.stream().map(n -> "- " + n + "\n").collect(Collectors.joining());
        return String.format(
                Locale.ROOT,
                "- CPU: %s, %d processors%n- %s; ONNX Runtime %s for Java runs all files%n%s%n"
                        + "| measured | float | peer | ours | ratio (95 %% interval) | bar | holds |%n"
                        + "|---|---|---|---|---|---|---|%n%s%n",
                machine.cpu(),
                machine.processors(),
                machine.java(),
                machine.onnxRuntime(),
                lines,
                table);
    }

    /**
     * Prints the table, and writes it to the folder that the property {@code quant.results} names.
     */
    void publish(String name) throws IOException {
        String folder = System.getProperty("quant.results");
        if (folder != null) {
            write(Path.of(folder), name);
        }
        System.out.println(markdown());
    }

    /** Writes two files of a name. */
    void write(Path folder, String name) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(name + ".md"), markdown());
        String json =
                new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .serializeSpecialFloatingPointValues()
                        .create()
                        .toJson(new Json(machine, notes, rows));
        Files.writeString(folder.resolve(name + ".json"), json + "\n");
    }

    private record Json(Machine machine, List<String> notes, List<Row> rows) {}
}
