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

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.djlquant.FileDigest;
import io.github.djlquant.ModelFormatException;
import io.github.djlquant.StagedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What an entry of the cache says about itself. It is written last: an entry without it is not
 * whole.
 *
 * @param file the artifact's name
 * @param bytes its size
 * @param modified when it was written, milliseconds since 1970
 * @param sha256 its digest
 * @param source the float model that it was made from, a path; of a Block one that need not exist
 * @param recipe the recipe's name
 * @param target where it may run
 * @param engine which engine runs it
 * @param decision why this recipe was chosen; null if it was asked for
 */
record CacheRecord(
        String file,
        long bytes,
        long modified,
        String sha256,
        String source,
        String recipe,
        String target,
        String engine,
        String decision) {

    static final String NAME = "entry.json";

    /** A damaged file may have any size. */
    private static final long MOST_BYTES = 1 << 20;

    /** Reads an entry's record: empty if it is missing or damaged. */
    static Optional<CacheRecord> in(Path folder) {
        Path file = folder.resolve(NAME);
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
                return Optional.empty();
            }
            JsonElement read = JsonParser.parseString(Files.readString(file));
            return Optional.of(of(read.getAsJsonObject())).filter(CacheRecord::isComplete);
        } catch (IOException
                | JsonParseException
                | IllegalStateException
                | UnsupportedOperationException
                | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** By hand: each load reads one, and reflection takes longer than all the rest. */
    private static CacheRecord of(JsonObject read) {
        return new CacheRecord(
                text(read, "file"),
                number(read, "bytes"),
                number(read, "modified"),
                text(read, "sha256"),
                text(read, "source"),
                text(read, "recipe"),
                text(read, "target"),
                text(read, "engine"),
                text(read, "decision"));
    }

    private static String text(JsonObject read, String name) {
        JsonElement value = read.get(name);
        return value == null || value.isJsonNull() ? null : value.getAsString();
    }

    private static long number(JsonObject read, String name) {
        return read.has(name) ? read.get(name).getAsLong() : 0;
    }

    /**
     * What a damaged file does not say is missing.
     *
     * @throws InvalidPathException if what should be a path is none
     */
    private boolean isComplete() {
        return file != null
                && isPath(file)
                && sha256 != null
                && source != null
                && isPath(source)
                && recipe != null
                && target != null
                && engine != null
                && !file.contains("/")
                && !file.contains("\\");
    }

    private static boolean isPath(String text) {
        return !Path.of(text).toString().isEmpty();
    }

    void write(Path folder) throws IOException {
        try (StagedFile stage = StagedFile.beside(folder.resolve(NAME), true)) {
            Gson gson = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
            Files.writeString(stage.path(), gson.toJson(this));
            stage.commit();
        }
    }

    /**
     * Tells whether the artifact is as it was written. What has its size and time is taken as it
     * is: reading it all would cost as much as loading it. Damage that keeps both shows when the
     * engine refuses the file ({@link #isWhole}).
     */
    boolean describes(Path artifact) throws IOException {
        if (!Files.isRegularFile(artifact)
                || !artifact.getFileName().toString().equals(file)
                || Files.size(artifact) != bytes) {
            return false;
        }
        return Files.getLastModifiedTime(artifact).toMillis() == modified || isWhole(artifact);
    }

    /** Tells whether the artifact holds what was written, by its digest. */
    boolean isWhole(Path artifact) {
        try {
            return FileDigest.sha256(List.of(artifact)).equals(sha256);
        } catch (ModelFormatException e) {
            return false;
        }
    }
}
