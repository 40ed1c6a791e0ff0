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

import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A path given as text: from the working directory or, if there is nothing, from the model's
 * folder, so that data can travel beside the model.
 */
final class ArgumentPath {

    private ArgumentPath() {}

    /**
     * Finds the file or folder.
     *
     * @param argument who says it
     * @param text a path or a {@code file:} URL
     * @param folder the model's folder, may be null
     * @throws RecipeException if there is nothing
     */
    static Path of(QuantizationArgument argument, String text, Path folder) {
        Path path = parse(argument, text);
        if (Files.exists(path)) {
            return path;
        }
        if (folder != null && Files.exists(folder.resolve(path))) {
            return folder.resolve(path);
        }
        throw new RecipeException(
                Problem.of("there is no such file or folder")
                        .in(path)
                        .at(argument.text())
                        .expected(
                                path.isAbsolute() || folder == null
                                        ? "an existing path"
                                        : "a path from "
                                                + Path.of("").toAbsolutePath()
                                                + " or from the model's folder "
                                                + folder));
    }

    private static Path parse(QuantizationArgument argument, String text) {
        try {
            return text.startsWith("file:") ? Path.of(URI.create(text)) : Path.of(text);
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            throw new RecipeException(Problem.of("not a path").at(argument.text()).actual(text), e);
        }
    }
}
