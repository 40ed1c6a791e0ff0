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
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadataColumnTest {

    @TempDir private Path folder;
    private Path images;

    /** Sorted: a/1.png, a/2.png, b/1.png. */
    @BeforeEach
    void makeImages() throws IOException {
        images = folder.resolve("images");
        for (String name : List.of("a/1.png", "a/2.png", "b/1.png")) {
            Files.createDirectories(images.resolve(name).getParent());
            Files.createFile(images.resolve(name));
        }
    }

    private List<String> slices(CalibrationData data, String column, String... lines)
            throws IOException {
        Path file = Files.write(folder.resolve("meta.csv"), List.of(lines));
        Slicing.Named bound = ((MetadataColumn) Slicing.byColumn(file, column)).bind(data);
        PairedBatch batch = new PairedBatch(new Feed(Map.of(), 3, 0), Map.of(), Map.of());
        return IntStream.range(0, 3).mapToObj(row -> bound.slice().of(batch, row)).toList();
    }

    private CalibrationData data() {
        return CalibrationData.ofPath(images);
    }

    @Test
    void rowsAreFoundByTheFileTheyName() throws IOException {
        assertThat(
                        slices(
                                data(),
                                "camera",
                                "camera,File",
                                "left,b/1.png",
                                "right,./a/1.png",
                                // The only one of this name.
                                "front,2.png"))
                .containsExactly("right", "front", "left");
    }

    @Test
    void withoutSuchAColumnOrFolderTheOrderCounts() throws IOException {
        assertThat(slices(data(), "camera", "camera,id", "x,9", "y,8", "z,7"))
                .containsExactly("x", "y", "z");
        assertThat(slices(data(), "1", "x,b/1.png", "y,a/2.png", "z,a/1.png"))
                .containsExactly("x", "y", "z");
        String[] named = {"camera,path", "x,b/1.png", "y,a/2.png", "z,a/1.png"};
        assertThat(slices(null, "camera", named)).containsExactly("x", "y", "z");
        CalibrationData rows = CalibrationData.ofFeeds(List.of(Map.of()));
        assertThat(slices(rows, "camera", named)).containsExactly("x", "y", "z");
        assertThat(slices(data(), "camera", named)).containsExactly("z", "y", "x");
    }

    @Test
    void rowsWithoutNamesHaveToBeAsManyAsImages() {
        for (String[] rows : new String[][] {{"x", "y"}, {"x", "y", "z", "u"}}) {
            assertThatThrownBy(() -> slices(data(), "1", rows))
                    .isInstanceOf(CalibrationException.class)
                    .hasMessageContaining("not as many rows of metadata as images")
                    .hasMessageContaining("expected 3 rows")
                    .hasMessageContaining("a column that is called file");
        }
    }

    @Test
    void missingAndExtraFilesAreNamed() {
        String[] missing = {"camera,path", "x,b/1.png", "y,a/2.png"};
        assertThatThrownBy(() -> slices(data(), "camera", missing))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("meta.csv")
                .hasMessageContaining("rows of metadata leave out a file of the data")
                .hasMessageContaining("file a/1.png");
        String[] extra = {"camera,path", "x,b/1.png", "y,a/2.png", "z,a/1.png", "u,a/3.png"};
        assertThatThrownBy(() -> slices(data(), "camera", extra))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("rows of metadata name a file that the data lacks")
                .hasMessageContaining("file a/3.png");
        // Two images have this name, so it names neither.
        String[] unclear = {"camera,path", "x,1.png", "y,a/2.png", "z,a/1.png"};
        assertThatThrownBy(() -> slices(data(), "camera", unclear))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("file 1.png");
        String[] twice = {"camera,path", "x,2.png", "y,a/2.png", "z,a/1.png"};
        assertThatThrownBy(() -> slices(data(), "camera", twice))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("rows of metadata name the same file twice");
    }
}
