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

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** How a file of texts separates its columns. */
enum RowFormat {
    /** A line is a text. */
    LINES {
        @Override
        List<String> fields(String line, Utf8Lines lines, Path file) {
            return List.of(line);
        }
    },
    /** Tabs, and quotes are part of the text: so the common collections of texts are written. */
    TABS {
        @Override
        List<String> fields(String line, Utf8Lines lines, Path file) {
            return Arrays.asList(line.split("\t", -1));
        }
    },
    /** Commas, and quotes around what holds commas, quotes or line ends (RFC 4180). */
    COMMAS {
        @Override
        List<String> fields(String line, Utf8Lines lines, Path file) {
            long start = lines.number();
            StringBuilder text = new StringBuilder(line);
            // A quote inside quotes is doubled: an odd number of them goes on in the next line.
            for (long quotes = quotes(line); quotes % 2 != 0; ) {
                String more = text.length() > Utf8Lines.MAX_BYTES ? null : lines.next();
                if (more == null) {
                    throw malformed(file, start, "a quote that is never closed", null);
                }
                quotes += quotes(more);
                text.append('\n').append(more);
            }
            try (CSVParser parser = CSVParser.parse(text.toString(), CSVFormat.RFC4180)) {
                List<CSVRecord> records = parser.getRecords();
                return records.isEmpty() ? List.of("") : records.get(0).toList();
            } catch (IOException e) {
                throw malformed(file, start, e.getMessage(), e);
            }
        }
    };

    /** Takes a row apart that starts with this line; may read more lines. */
    abstract List<String> fields(String line, Utf8Lines lines, Path file);

    static RowFormat of(Path file, String firstLine, boolean columns) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".csv")) {
            return firstLine != null && firstLine.indexOf('\t') >= 0 ? TABS : COMMAS;
        }
        return columns || name.endsWith(".tsv") ? TABS : LINES;
    }

    private static long quotes(String text) {
        return text.chars().filter(c -> c == '"').count();
    }

    private static CalibrationException malformed(
            Path file, long line, String found, IOException cause) {
        return new CalibrationException(
                Problem.of("a row can't be taken apart")
                        .in(file)
                        .at("line " + line)
                        .expected("columns separated by commas, quoted as in RFC 4180")
                        .actual(found),
                cause);
    }
}
