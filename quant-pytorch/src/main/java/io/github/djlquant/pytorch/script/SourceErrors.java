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
package io.github.djlquant.pytorch.script;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;

/**
 * Makes the errors of one source: they name file, line and column.
 *
 * @param file the file's name
 */
record SourceErrors(String file) {

    ModelFormatException malformed(String what, Token at, String expected) {
        return new ModelFormatException(
                problem(what, at.line(), at.column()).expected(expected).actual(at.described()));
    }

    ModelFormatException malformed(String what, int line, int column, Object actual) {
        return new ModelFormatException(problem(what, line, column).actual(actual));
    }

    ModelFormatException beyond(String what, Token at, int limit) {
        return new ModelFormatException(
                problem(what, at.line(), at.column()).expected("at most " + limit));
    }

    UnsupportedModelException unsupported(String what, Token at, String nextStep) {
        return new UnsupportedModelException(
                problem(what, at.line(), at.column()).actual(at.described()).next(nextStep));
    }

    private Problem problem(String what, int line, int column) {
        return Problem.of(what).in(file).at("line " + line + ", column " + column);
    }
}
