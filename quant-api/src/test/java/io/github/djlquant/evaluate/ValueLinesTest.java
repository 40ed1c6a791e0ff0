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
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.Feed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Labels and targets find their image by its name, or are refused. */
class ValueLinesTest {

    @TempDir private Path folder;
    private CalibrationData images;

    /** In sorted order: day/b.png, night/a.png, night/b.png. */
    @BeforeEach
    void write() throws IOException {
        for (String name : new String[] {"night/b.png", "night/a.png", "day/b.png"}) {
            Path image = folder.resolve("images").resolve(name);
            Files.createDirectories(image.getParent());
            Files.writeString(image, "never decoded here");
        }
        images = CalibrationData.ofPath(folder.resolve("images"));
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text.replace("|", "\n"));
    }

    private static int[] labels(Labels labels) {
        Feed feed = new Feed(Map.of(), 3, 0);
        return IntStream.range(0, 3).map(row -> labels.label(feed, row)).toArray();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "l.txt; night/a.png 1|night/b.png 2|day/b.png 0",
                "l.txt; a.png 1|night/b.png\t2||./day/b.png   0|",
                "l.csv; night/b.png,2|day/b.png,0|a.png,1",
                "l.csv; label,file|1,night/a.png|2,night/b.png|0,day/b.png",
                "l.csv; camera,class,Path|x,1,night/a.png|y,2,night/b.png|x,0,day/b.png",
                "l.tsv; image\twhat it shows|day/b.png\t0|a.png\t1|night\\b.png\t2",
                "l.txt; 0|1|2"
            })
    void eachFormIsReadInTheOrderOfTheImages(String name, String text) throws IOException {
        assertThat(labels(Labels.read(file(name, text), images))).containsExactly(0, 1, 2);
    }

    @Test
    void targetsAreReadAlike() throws IOException {
        Path file = file("t.csv", "file,score|a.png,0.5|night/b.png,-2e3|day/b.png,7");
        Targets targets = Targets.read(file, images);
        assertThat(new double[] {targets.target(0), targets.target(1), targets.target(2)})
                .containsExactly(7, 0.5, -2000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "l.txt; 0|1; not as many labels as images; expected 3 labels",
                "l.txt; 0|1|2|3; not as many labels as images; found 4",
                "l.txt; a.png 1|night/b.png 2; labels leave out a file of the data; day/b.png",
                "l.txt; a.png 1|b.png 2|day/b.png 0; labels name a file that the data lacks; b.png",
                "l.txt; a.png 1|night/a.png 1|day/b.png 0; labels name the same file twice; night/a.png",
                "l.txt; a.png 1|2|day/b.png 0; some lines name an image; row 2",
                "l.txt; 1|a.png 2; some lines name an image; row 2",
                "l.txt; a.png cat|night/b.png dog|day/b.png cat; not a class index; 'cat'",
                "l.csv; file,x,y|a.png,1,2; no column holds the labels; label"
            })
    void whatDoesNotFitIsRefused(String name, String text, String what, String where)
            throws IOException {
        Path file = file(name, text);
        assertThatThrownBy(() -> Labels.read(file, images))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining(what)
                .hasMessageContaining(where)
                .hasMessageContaining(name);
    }

    @Test
    void namesNeedAFolderOfImages() throws IOException {
        Path file = file("l.txt", "a.png 1|b.png 2");
        assertThatThrownBy(() -> Labels.read(file))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("the data is no folder of images")
                .hasMessageContaining("read(file, data)");
    }
}
