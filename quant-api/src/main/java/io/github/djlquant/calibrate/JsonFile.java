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
package io.github.djlquant.calibrate;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.OutputException;
import io.github.djlquant.Problem;
import io.github.djlquant.StagedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/** A versioned JSON file that is replaced as a whole or not at all. */
final class JsonFile {

    /** No table or checkpoint comes near; a larger file is none of ours. */
    private static final long MOST_BYTES = 1L << 30;

    private final Path path;
    private final String kind;
    private final int version;

    JsonFile(Path path, String kind, int version) {
        this.path = path;
        this.kind = kind;
        this.version = version;
    }

    void write(JsonObject content) {
        JsonObject json = new JsonObject();
        json.addProperty("kind", kind);
        json.addProperty("version", version);
        content.entrySet().forEach(entry -> json.add(entry.getKey(), entry.getValue()));
        try (StagedFile stage = StagedFile.beside(path, true)) {
            Files.writeString(stage.path(), json.toString());
            stage.commit();
        } catch (IOException e) {
            throw OutputException.of(
                    Problem.of("the " + kind + " can't be written: " + e.getMessage()).in(path), e);
        }
    }

    <T> T read(Function<JsonObject, T> reader) {
        try {
            if (Files.size(path) > MOST_BYTES) {
                throw new IllegalArgumentException("the file has " + Files.size(path) + " bytes");
            }
            JsonObject json = JsonParser.parseString(Files.readString(path)).getAsJsonObject();
            if (!json.has("kind") || !json.get("kind").getAsString().equals(kind)) {
                throw new IllegalArgumentException("the file does not say that it is one");
            }
            if (json.get("version").getAsInt() != version) {
                throw new CalibrationException(
                        Problem.of("the " + kind + " is of a version that is not known")
                                .in(path)
                                .expected("version " + version)
                                .actual("version " + json.get("version").getAsInt())
                                .next("Calibrate again"));
            }
            return reader.apply(json);
        } catch (IOException e) {
            throw new CalibrationException(
                    Problem.of("the " + kind + " can't be read: " + e.getMessage()).in(path), e);
        } catch (JsonParseException
                | IllegalArgumentException
                | IllegalStateException
                | UnsupportedOperationException
                | NullPointerException
                | ClassCastException e) {
            // Gson answers wrong or missing members with any of these.
            throw new CalibrationException(
                    Problem.of("the " + kind + " is malformed: " + e.getMessage())
                            .in(path)
                            .next("Calibrate again"),
                    e);
        }
    }
}
