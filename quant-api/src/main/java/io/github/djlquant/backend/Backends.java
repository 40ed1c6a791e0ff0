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
package io.github.djlquant.backend;

import io.github.djlquant.Extensions;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.RecipeException;
import io.github.djlquant.UnsupportedModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Finds the backends on the class path. */
public final class Backends {

    private Backends() {}

    /**
     * Returns every backend on the class path.
     *
     * @return the backends in the order in which ServiceLoader finds them, may be empty
     * @throws QuantizationException if a jar names one that can't be loaded or made
     */
    public static List<Backend> all() {
        return Extensions.load(Backend.class, Backends.class.getClassLoader());
    }

    /**
     * Finds the backend that reads a file.
     *
     * @param file an existing file
     * @return the first backend that would try it
     * @throws UnsupportedModelException if the file does not exist or no backend reads it; the
     *     message lists what is on the class path
     */
    public static Backend forFile(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UnsupportedModelException(
                    Problem.of(
                                    Files.isDirectory(file)
                                            ? "this is a folder, not a model file"
                                            : "there is no such file")
                            .in(file));
        }
        return all().stream()
                .filter(backend -> backend.reads(file))
                .findFirst()
                .orElseThrow(
                        () ->
                                new UnsupportedModelException(
                                        Problem.of("no engine on the class path reads this file")
                                                .in(file)
                                                .actual(onClassPath())
                                                .next(ADVICE)));
    }

    /**
     * Finds the backend that writes a file.
     *
     * @param file a file's name; its ending tells
     * @return the backend
     * @throws RecipeException if no backend writes such files; the message lists what is on the
     *     class path
     */
    public static Backend forOutput(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return all().stream()
                .filter(backend -> name.endsWith(backend.fileExtension()))
                .findFirst()
                .orElseThrow(
                        () ->
                                new RecipeException(
                                        Problem.of("the output's ending names no format")
                                                .in(file)
                                                .expected("a name that ends in " + extensions())
                                                .actual("engines " + onClassPath())
                                                .next(
                                                        "Rename the output, or add quant-onnx (.onnx)"
                                                                + " or quant-pytorch (.pt) to the"
                                                                + " class path")));
    }

    /**
     * Finds the backend of a DJL engine.
     *
     * @param engineName the engine's name, such as {@code OnnxRuntime}
     * @return the backend
     * @throws UnsupportedModelException if there is none; the message lists what is on the class
     *     path
     */
    public static Backend forEngine(String engineName) {
        return all().stream()
                .filter(backend -> backend.getEngineName().equals(engineName))
                .findFirst()
                .orElseThrow(
                        () ->
                                new UnsupportedModelException(
                                        Problem.of("there is no quantization backend for an engine")
                                                .expected(engineName)
                                                .actual(onClassPath())
                                                .next(ADVICE)));
    }

    private static final String ADVICE =
            "Add quant-onnx for .onnx models or quant-pytorch for TorchScript (.pt) to the class"
                    + " path, or convert the model to a format that a listed engine reads";

    private static String extensions() {
        return all().stream()
                .map(Backend::fileExtension)
                .sorted()
                .collect(Collectors.joining(" or "));
    }

    private static String onClassPath() {
        List<Backend> found = all();
        return found.isEmpty()
                ? "no backend on the class path"
                : found.stream()
                        .map(
                                backend ->
                                        backend.getEngineName()
                                                + " ("
                                                + backend.fileExtension()
                                                + ")")
                        .collect(Collectors.joining(", "));
    }
}
