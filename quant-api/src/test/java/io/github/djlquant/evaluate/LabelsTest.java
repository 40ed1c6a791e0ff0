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
package io.github.djlquant.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.calibrate.Feed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelsTest {

    @TempDir private Path folder;

    private static int[] of(Labels labels, Feed feed) {
        return IntStream.range(0, feed.rows()).map(row -> labels.label(feed, row)).toArray();
    }

    @Test
    void givesTheLabelsOfEachRow() throws IOException {
        Labels labels = Labels.read(file("3\n 1 \n\n4\r\n1\n5"));
        assertThat(of(labels, rows(0, 2))).containsExactly(3, 1);
        assertThat(of(labels, rows(2, 3))).containsExactly(4, 1, 5);
    }

    @Test
    void saysThatAFileIsMissing() {
        Path missing = folder.resolve("missing.txt");
        assertThatThrownBy(() -> Labels.read(missing))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("no such file")
                .hasMessageContaining("missing.txt");
    }

    @Test
    void followsDataThatComesInAnotherOrder() throws IOException {
        Labels labels = Labels.read(file("3\n1\n4\n1\n5"));
        Feed sorted = new Feed(Map.of(), 3, 0, List.of(4L, 0L, 2L));
        assertThat(of(labels, sorted)).containsExactly(5, 3, 4);
    }

    @Test
    void theDataKnowsItsOwn() {
        Labels labels = Labels.ofData();
        Feed own = new Feed(Map.of(), 3, 7, List.of(), List.of(2, 0, 1));
        assertThat(of(labels, own)).containsExactly(2, 0, 1);
        assertThat(labels.label(own, 1)).isZero();
        assertThatThrownBy(() -> of(labels, rows(0, 2)))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("no labels of its own")
                .hasMessageContaining("Labels.read");
    }

    @Test
    void readsMoreThanItsFirstBuffer() throws IOException {
        String text =
                IntStream.range(0, 5_000)
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining("\n"));
        assertThat(of(Labels.read(file(text)), rows(0, 5_000)))
                .isEqualTo(IntStream.range(0, 5_000).toArray());
    }

    @Test
    void refusesToRunOut() throws IOException {
        Labels labels = Labels.read(file("3\n1\n"));
        assertThatThrownBy(() -> of(labels, rows(1, 2)))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("labels.txt")
                .hasMessageContaining("row 2 (counted from 0), found 2");
    }

    @Test
    void namesTheLabelThatIsNoClassIndex() throws IOException {
        Path file = file("3\n-1\n");
        assertThatThrownBy(() -> Labels.read(file))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("label 2")
                .hasMessageContaining("'-1'");
        Path words = file("0\n1\ncat\n");
        assertThatThrownBy(() -> Labels.read(words))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("label 3")
                .hasMessageContaining("'cat'");
    }

    private static Feed rows(long first, int count) {
        return new Feed(Map.of(), count, first);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("labels.txt"), text);
    }
}
