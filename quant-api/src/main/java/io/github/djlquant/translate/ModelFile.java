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

import ai.djl.Model;
import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds the file that DJL loaded a model from: the model itself only tells its folder and name. */
final class ModelFile {

    private ModelFile() {}

    /** The order is that of DJL's own engines: the model's name, the folder's name, "model". */
    static Path of(Model model, Backend backend) {
        Path folder = model.getModelPath();
        if (folder == null) {
            throw new UnsupportedModelException(
                    Problem.of("the model was not loaded from a file")
                            .at(model.getName())
                            .next("Load it with Criteria.optModelPath or optModelUrls"));
        }
        String extension = backend.fileExtension();
        List<String> stems =
                List.of(
                        model.getName(),
                        String.valueOf(folder.toAbsolutePath().getFileName()),
                        "model");
        for (String stem : stems) {
            for (String name : List.of(stem, stem + extension)) {
                Path file = folder.resolve(name);
                if (name.endsWith(extension) && Files.isRegularFile(file)) {
                    return file;
                }
            }
        }
        throw new UnsupportedModelException(
                Problem.of("the model's file was not found")
                        .in(folder)
                        .expected(stems.get(0) + extension)
                        .next("Name the file with Criteria.optModelName"));
    }
}
