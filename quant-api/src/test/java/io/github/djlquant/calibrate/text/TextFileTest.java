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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.CalibrationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFileTest {

    @TempDir private Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static List<TextRow> rows(Path file, String... columns) {
        List<TextRow> rows = new ArrayList<>();
        List<TextColumn> wanted = Stream.of(columns).map(TextColumn::parse).toList();
        try (TextFile texts = TextFile.open(file, wanted)) {
            for (TextRow row = texts.next(); row != null; row = texts.next()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private static List<List<String>> texts(Path file, String... columns) {
        return rows(file, columns).stream().map(TextRow::texts).toList();
    }

    @Test
    void eachLineIsAText() throws IOException {
        Path file = file("x.txt", "\uFEFFone, \"two\"\r\nthree\tfour\n\u00e4\u4e2d\n");
        assertThat(texts(file))
                .containsExactly(
                        List.of("one, \"two\""), List.of("three\tfour"), List.of("\u00e4\u4e2d"));
        assertThat(rows(file)).extracting(TextRow::line).containsExactly(1L, 2L, 3L);
    }

    @Test
    void columnsOfTabsCountFromOneAndQuotesAreText() throws IOException {
        Path file = file("x.tsv", "a \"b\t1\nc\" d\t0");
        assertThat(texts(file, "1")).containsExactly(List.of("a \"b"), List.of("c\" d"));
        assertThat(texts(file, "2", "1"))
                .containsExactly(List.of("1", "a \"b"), List.of("0", "c\" d"));
    }

    @Test
    void columnsOfCommasAreQuotedAndMayHoldLineEnds() throws IOException {
        Path file = file("x.csv", "id,text\n1,\"a, \"\"b\"\"\nc\"\n2,d\n");
        assertThat(texts(file, "text")).containsExactly(List.of("a, \"b\"\nc"), List.of("d"));
        assertThat(rows(file, "text")).extracting(TextRow::line).containsExactly(2L, 4L);
    }

    @Test
    void tabsInTheFirstLineOfCommaFilesCount() throws IOException {
        Path file = file("x.csv", "1\ta, b\n2\tc, d\n");
        assertThat(texts(file, "2")).containsExactly(List.of("a, b"), List.of("c, d"));
    }

    @Test
    void anotherFileHasColumnsWhereOneIsAskedFor() throws IOException {
        assertThat(texts(file("x.data", "1\ta\n2\tb\n"), "2"))
                .containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void aFileWithoutLinesHasNoRows() throws IOException {
        assertThat(rows(file("x.txt", ""))).isEmpty();
    }

    @Test
    void severalColumnsNeedAChoice() throws IOException {
        Path file = file("x.tsv", "a\t1\n");
        assertThatThrownBy(() -> rows(file))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("line 1: there are several columns")
                .hasMessageContaining("--text-column");
    }

    @Test
    void unknownNamesAreRefusedWithTheKnownOnes() throws IOException {
        Path file = file("x.csv", "id,text\n1,a\n");
        assertThatThrownBy(() -> rows(file, "sentence"))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("there is no column 'sentence'")
                .hasMessageContaining("found id, text");
    }

    @Test
    void missingColumnsAreRefusedWithTheirLine() throws IOException {
        Path file = file("x.tsv", "a\tb\nc\n");
        assertThatThrownBy(() -> rows(file, "2"))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("line 2: there is no column 2")
                .hasMessageContaining("expected at least 2 columns, found 1");
    }

    @Test
    void emptyTextsAreRefusedWithTheirLine() throws IOException {
        Path file = file("x.txt", "a\n \nb\n");
        assertThatThrownBy(() -> rows(file))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("line 2: a text is empty");
        Path columns = file("x.tsv", "a\tb\na\t\n");
        assertThatThrownBy(() -> rows(columns, "2"))
                .hasMessageContaining("line 2: a text is empty");
    }

    @Test
    void whatIsNoUtf8IsRefusedWithItsLine() throws IOException {
        Path file = folder.resolve("latin.txt");
        Files.write(file, "one\ntw\u00f6\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> rows(file))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("line 2: the text is not in UTF-8");
    }

    @Test
    void quotesThatNeverCloseAreRefused() throws IOException {
        Path file = file("x.csv", "a\n\"b\nc\n");
        assertThatThrownBy(() -> rows(file, "1"))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("line 2: a row can't be taken apart");
    }

    @Test
    void binaryFilesAreRefusedBeforeTheyFillTheMemory() throws IOException {
        Path file = folder.resolve("zeros.txt");
        Files.write(file, new byte[Utf8Lines.MAX_BYTES + 1]);
        assertThatThrownBy(() -> rows(file))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("line 1: a line is too long");
    }

    @Test
    void missingFilesAndFoldersAreRefused() {
        assertThatThrownBy(() -> rows(folder))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("found a folder");
        assertThatThrownBy(() -> rows(folder.resolve("none.txt"))).hasMessageContaining("nothing");
    }
}
