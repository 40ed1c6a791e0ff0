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
package io.github.djlquant.testkit;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Real models and data, which lie outside of the project: in the folder that the system property
 * {@code quant.real} or else the environment variable {@code QUANT_REAL} names.
 */
public final class RealFiles {

    private RealFiles() {}

    /**
     * Finds a file; without it the test is skipped, loudly.
     *
     * @param name its path in the folder, such as {@code minilm/tokenizer.json}
     * @return the file or folder, which exists
     */
    public static Path find(String name) {
        String folder = System.getProperty("quant.real", System.getenv("QUANT_REAL"));
        LoudSkip.unless(
                folder != null && Files.exists(Path.of(folder, name)),
                "there is no " + name + " in " + folder + " (-Dquant.real=FOLDER)");
        return Path.of(folder, name);
    }
}
