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
package io.github.djlquant;

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The engine that runs the source and the one that the artifact is for.
 *
 * @param source reads and runs the float model
 * @param target runs everything that is made of it
 */
record Engines(Backend source, Backend target) {

    /** One engine for both. */
    static Engines only(Backend backend) {
        return new Engines(backend, backend);
    }

    /** Chooses by the source's content and the output's ending. */
    static Engines of(Path source, Path output) {
        Backend reader = Backends.forFile(source);
        if (Files.isDirectory(output)) {
            throw StagedFile.isFolder(output);
        }
        Backend writer = Backends.forOutput(output);
        return writer.getEngineName().equals(reader.getEngineName())
                ? only(reader)
                : new Engines(reader, writer);
    }

    /** Tells whether the model goes from one engine to the other. */
    boolean cross() {
        return !source.getEngineName().equals(target.getEngineName());
    }
}
