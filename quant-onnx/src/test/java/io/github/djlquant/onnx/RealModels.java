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
package io.github.djlquant.onnx;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the real models that integration tests run on. */
public final class RealModels {

    private RealModels() {}

    /** The file, or a skipped test where there is none. */
    public static Path find(String name) {
        String root = System.getProperty("quant.real", System.getenv("QUANT_REAL"));
        Path file = root == null ? null : Path.of(root, name);
        boolean found = file != null && Files.exists(file);
        if (!found) {
            System.err.println(
                    "SKIPPED: there is no " + name + " in " + root + " (-Dquant.real=FOLDER)");
        }
        assumeTrue(found, "no real model " + name + " in " + root);
        return file;
    }
}
