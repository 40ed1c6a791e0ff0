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
package io.github.djlquant.cli;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;

/** Real models and data, which lie outside of the project. */
final class RealFiles {

    private RealFiles() {}

    /** Finds a file; without it the test is skipped, loudly. */
    static Path find(String name) {
        Path file = Path.of(System.getProperty("quant.real", "../shared/real")).resolve(name);
        if (!Files.isRegularFile(file)) {
            System.err.println("SKIPPED: there is no " + file + "; set -Dquant.real=DIR");
            abort("there is no " + file);
        }
        return file;
    }
}
