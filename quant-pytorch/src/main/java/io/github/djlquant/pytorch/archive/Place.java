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
package io.github.djlquant.pytorch.archive;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import java.nio.file.Path;

/**
 * Where in which file the reader is, to be named in errors.
 *
 * @param file the archive
 * @param entry the entry's path, null outside entries
 * @param offset bytes from the start of the file, negative if unknown
 */
record Place(Path file, String entry, long offset) {

    private static final int LONGEST = 200;

    Place(Path file) {
        this(file, null, -1);
    }

    Place atByte(long position) {
        return new Place(file, entry, position);
    }

    Problem problem(String what) {
        Problem problem =
                Problem.of(what).in(file).at(entry == null ? null : "entry " + shorten(entry));
        return offset < 0 ? problem : problem.atByte(offset);
    }

    ModelFormatException malformed(String what) {
        return new ModelFormatException(problem(what));
    }

    ModelFormatException malformed(String what, Object expected, Object actual) {
        return new ModelFormatException(
                problem(what).expected(expected).actual(shorten(String.valueOf(actual))));
    }

    UnsupportedModelException unsupported(String what, Object actual, String next) {
        return new UnsupportedModelException(
                problem(what).actual(shorten(String.valueOf(actual))).next(next));
    }

    /** A text of the archive may be long, and hold what terminals obey. */
    private static String shorten(String text) {
        String clean = text.replaceAll("\\p{Cntrl}", "?");
        return clean.length() <= LONGEST ? clean : clean.substring(0, LONGEST) + "...";
    }
}
