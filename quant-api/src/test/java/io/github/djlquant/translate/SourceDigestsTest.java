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
package io.github.djlquant.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.FileDigest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceDigestsTest {

    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

    @TempDir private Path folder;
    private Path cache;
    private Path model;
    private SourceDigests digests;

    @BeforeEach
    void writeModel() throws IOException {
        cache = Files.createDirectories(folder.resolve("cache"));
        model = write("model.onnx", "weights");
        digests = new SourceDigests(cache);
    }

    private Path write(String name, String contents) throws IOException {
        Path file = Files.writeString(folder.resolve(name), contents);
        Files.setLastModifiedTime(file, LONG_AGO);
        return file;
    }

    private List<Path> kept() throws IOException {
        Path place = cache.resolve("digests");
        if (!Files.exists(place)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(place)) {
            return files.toList();
        }
    }

    /** What is read back is told from what is computed by a mark in the file that is kept. */
    private String forgeKept() throws IOException {
        String right = digests.of(List.of(model));
        Path place = kept().get(0);
        Files.writeString(place, Files.readString(place).replace(right, "kept"));
        return right;
    }

    @Test
    void anUntouchedFileIsNotReadAgain() throws IOException {
        assertThat(forgeKept()).isEqualTo(FileDigest.sha256(List.of(model)));

        assertThat(digests.of(List.of(model))).isEqualTo("kept");
    }

    @Test
    void aChangeOfTheSameSizeIsNoticed() throws IOException {
        forgeKept();
        Files.writeString(model, "WEIGHTS");

        assertThat(digests.of(List.of(model))).isEqualTo(FileDigest.sha256(List.of(model)));
    }

    /** As rsync and cp do, which set the time back. */
    @Test
    void aFileMovedIntoThePlaceWithTheSameSizeAndTimeIsNoticed() throws IOException {
        forgeKept();
        Files.move(write("other", "WEIGHTS"), model, StandardCopyOption.REPLACE_EXISTING);

        assertThat(Files.getLastModifiedTime(model)).isEqualTo(LONG_AGO);
        assertThat(digests.of(List.of(model))).isEqualTo(FileDigest.sha256(List.of(model)));
    }

    @Test
    void aChangeOfWeightsBesideTheModelIsNoticed() throws IOException {
        Path weights = write("weights.bin", "1");
        String before = digests.of(List.of(model, weights));
        write("weights.bin", "2");

        assertThat(digests.of(List.of(model, weights)))
                .isNotEqualTo(before)
                .isEqualTo(FileDigest.sha256(List.of(model, weights)));
    }

    /** As long as the model is the same, it is not read to know which files belong to it. */
    @Test
    void theFilesOfAnUntouchedModelAreKnown() throws IOException {
        Path weights = write("weights.bin", "1");
        String right = digests.ofModel(model, () -> List.of(model, weights));
        assertThat(right).isEqualTo(FileDigest.sha256(List.of(model, weights)));

        assertThat(digests.ofModel(model, SourceDigestsTest::isRead)).isEqualTo(right);
    }

    private static List<Path> isRead() {
        throw new AssertionError("the model is read");
    }

    @Test
    void aModelThatChangesMayNameOtherFiles() throws IOException {
        Path weights = write("weights.bin", "1");
        Path others = write("others.bin", "2");
        digests.ofModel(model, () -> List.of(model, weights));
        write("model.onnx", "WEIGHTS");

        assertThat(digests.ofModel(model, () -> List.of(model, others)))
                .isEqualTo(FileDigest.sha256(List.of(model, others)));
        assertThat(digests.ofModel(model, SourceDigestsTest::isRead))
                .isEqualTo(FileDigest.sha256(List.of(model, others)));
    }

    @Test
    void weightsBesideAnUntouchedModelAreLookedAt() throws IOException {
        Path weights = write("weights.bin", "1");
        digests.ofModel(model, () -> List.of(model, weights));
        write("weights.bin", "2");

        assertThat(digests.ofModel(model, () -> List.of(model, weights)))
                .isEqualTo(FileDigest.sha256(List.of(model, weights)));
        Files.delete(weights);
        assertThat(digests.ofModel(model, () -> List.of(model)))
                .isEqualTo(FileDigest.sha256(List.of(model)));
    }

    /** The same file may lie beside other weights where a link to it is. */
    @Test
    void aLinkToAModelHasWeightsOfItsOwn() throws IOException {
        Path weights = write("weights.bin", "1");
        digests.ofModel(model, () -> List.of(model, weights));
        Path link = Files.createDirectory(folder.resolve("other")).resolve("model.onnx");
        Files.createSymbolicLink(link, model);
        Path others = write("other/weights.bin", "2");

        assertThat(digests.ofModel(link, () -> List.of(link, others)))
                .isEqualTo(FileDigest.sha256(List.of(link, others)));
    }

    /** Its list of files would be that of the one before. */
    @Test
    void aModelThatChangesWhileItIsReadIsNotKept() throws IOException {
        Path other = write("other", "WEIGHTS");
        digests.ofModel(
                model,
                () -> {
                    try {
                        Files.move(other, model, StandardCopyOption.REPLACE_EXISTING);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    return List.of(model);
                });

        assertThat(kept()).isEmpty();
    }

    @Test
    void aFileThatWasJustWrittenIsNotKept() throws IOException {
        Files.setLastModifiedTime(model, FileTime.from(Instant.now()));

        digests.of(List.of(model));

        assertThat(kept()).isEmpty();
    }

    @Test
    void aDamagedDigestIsMadeAgain() throws IOException {
        String right = digests.of(List.of(model));
        for (String damaged : List.of("", "null", "{", "kept\n" + model, "kept\n" + model + "\n")) {
            Files.writeString(kept().get(0), damaged);

            assertThat(digests.of(List.of(model))).as(damaged).isEqualTo(right);
        }
        forgeKept();
        assertThat(digests.of(List.of(model))).isEqualTo("kept");
    }

    @Test
    void noCacheIsMadeForDigests() {
        Path none = folder.resolve("none");

        assertThat(new SourceDigests(none).of(List.of(model)))
                .isEqualTo(FileDigest.sha256(List.of(model)));
        assertThat(none).doesNotExist();
    }

    @Test
    void clearForgets() throws IOException {
        digests.of(List.of(model));

        digests.clear();

        assertThat(kept()).isEmpty();
    }
}
