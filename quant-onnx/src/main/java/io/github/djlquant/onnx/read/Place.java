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
package io.github.djlquant.onnx.read;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import java.nio.file.Path;

/**
 * Where in which file the reader is, to be named in errors.
 *
 * @param file the model file
 * @param path the graph path, empty outside the graph
 */
record Place(Path file, String path) {

    /** Goes into a nested graph's element. */
    Place step(String element) {
        return new Place(file, path.isEmpty() ? element : path + " / " + element);
    }

    /** Names a part of the present element. */
    Place part(String part) {
        return new Place(file, path.isEmpty() ? part : path + ", " + part);
    }

    Problem problem(String what) {
        return Problem.of(what).in(file).at(path.isEmpty() ? null : path);
    }

    ModelFormatException malformed(String what) {
        return new ModelFormatException(problem(what));
    }

    ModelFormatException malformed(String what, Object expected, Object actual) {
        return new ModelFormatException(problem(what).expected(expected).actual(actual));
    }

    UnsupportedModelException unsupported(String what, String next) {
        return new UnsupportedModelException(problem(what).next(next));
    }
}
