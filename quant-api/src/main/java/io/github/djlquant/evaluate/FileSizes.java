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

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.backend.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How large models are on disk. */
final class FileSizes {

    private FileSizes() {}

    /** All files of a model together. */
    static long of(Backend backend, Path model) {
        long bytes = 0;
        for (Path file : backend.files(model)) {
            try {
                bytes += Files.size(file);
            } catch (IOException e) {
                throw new ModelFormatException(
                        Problem.of("the file can't be read").in(file).actual(e.getMessage()), e);
            }
        }
        return bytes;
    }
}
