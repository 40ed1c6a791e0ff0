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

import io.github.djlquant.QuantizationException;
import io.github.djlquant.StagedFile;
import io.github.djlquant.TemporaryFolder;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Small text files beside the entries of a cache that save time and may be lost. Several processes
 * may write one: the last one wins. When there are too many, all go. They are read at each load,
 * and plain lines need no library that is loaded first.
 *
 * @param folder where they lie, which need not exist
 * @param most how many there may be
 * @param mostBytes of one file; a damaged one may have any size
 */
record NoteFolder(Path folder, int most, long mostBytes) {

    private static final Logger LOGGER = LoggerFactory.getLogger(NoteFolder.class);

    /** Empty if there is none that can be read. What it holds may be damaged. */
    Optional<List<String>> read(String name) throws IOException {
        Path place = place(name);
        if (!Files.isRegularFile(place) || Files.size(place) > mostBytes) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readAllLines(place));
        } catch (CharacterCodingException e) {
            LOGGER.debug("{} is damaged: {}", place, e.getMessage());
            return Optional.empty();
        }
    }

    /** Writes one, line by line; where there is no cache yet, nothing is kept. */
    void write(String name, List<String> note) throws IOException {
        String text = String.join("\n", note);
        if (!Files.isDirectory(folder.getParent()) || text.length() > mostBytes) {
            return;
        }
        Files.createDirectories(folder);
        forgetIfTooMany();
        Path place = place(name);
        try (StagedFile stage = StagedFile.beside(place, true)) {
            Files.writeString(stage.path(), text);
            stage.commit();
        } catch (QuantizationException e) {
            LOGGER.debug("{} is not written: {}", place, e.getMessage());
        }
    }

    private Path place(String name) {
        return folder.resolve(name + ".txt");
    }

    private void forgetIfTooMany() throws IOException {
        try (Stream<Path> kept = Files.list(folder)) {
            List<Path> all = kept.toList();
            if (all.size() >= most) {
                for (Path file : all) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** Forgets all. */
    void clear() throws IOException {
        new TemporaryFolder(folder).close();
    }
}
