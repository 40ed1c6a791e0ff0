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
package io.github.djlquant;

import java.nio.file.Path;
import java.util.Objects;

/**
 * What went wrong, where, what was expected, what was found and what to do next: the parts of every
 * error message.
 *
 * @param what one sentence without a full stop
 * @param file the file concerned, or null
 * @param graphPath the place inside the model, such as {@code node layer1.0/conv1, input 1}, or
 *     null
 * @param expected what would have been right, or null
 * @param actual what was found, or null
 * @param byteOffset the offset in the file at which a malformed file was noticed, or null
 * @param nextStep what the reader can do about it, or null
 */
public record Problem(
        String what,
        String file,
        String graphPath,
        String expected,
        String actual,
        Long byteOffset,
        String nextStep) {

    /** Requires {@code what}. */
    public Problem {
        Objects.requireNonNull(what, "what");
    }

    /**
     * Starts a problem.
     *
     * @param what one sentence without a full stop
     * @return a problem that has only this sentence
     */
    public static Problem of(String what) {
        return new Problem(what, null, null, null, null, null, null);
    }

    /**
     * Names the file.
     *
     * @param path the file
     * @return a copy with the file
     */
    public Problem in(Path path) {
        return in(path == null ? null : path.toString());
    }

    /**
     * Names the file or source.
     *
     * @param source the file's name or another description of the source
     * @return a copy with the file
     */
    public Problem in(String source) {
        return new Problem(what, source, graphPath, expected, actual, byteOffset, nextStep);
    }

    /**
     * Names the place inside the model.
     *
     * @param path the graph path
     * @return a copy with the place
     */
    public Problem at(String path) {
        return new Problem(what, file, path, expected, actual, byteOffset, nextStep);
    }

    /**
     * Tells what was expected.
     *
     * @param value what would have been right
     * @return a copy with the expectation
     */
    public Problem expected(Object value) {
        return new Problem(
                what, file, graphPath, String.valueOf(value), actual, byteOffset, nextStep);
    }

    /**
     * Tells what was found.
     *
     * @param value what was found
     * @return a copy with the finding
     */
    public Problem actual(Object value) {
        return new Problem(
                what, file, graphPath, expected, String.valueOf(value), byteOffset, nextStep);
    }

    /**
     * Tells where in the file a malformed file was noticed.
     *
     * @param offset bytes from the start of the file
     * @return a copy with the offset
     */
    public Problem atByte(long offset) {
        return new Problem(what, file, graphPath, expected, actual, offset, nextStep);
    }

    /**
     * Tells what the reader can do about it.
     *
     * @param step one sentence without a full stop
     * @return a copy with the advice
     */
    public Problem next(String step) {
        return new Problem(what, file, graphPath, expected, actual, byteOffset, step);
    }

    /**
     * Renders the message.
     *
     * @return one line
     */
    public String render() {
        StringBuilder text = new StringBuilder();
        if (file != null) {
            text.append(file).append(": ");
        }
        if (graphPath != null) {
            text.append(graphPath).append(": ");
        }
        text.append(what);
        if (expected != null) {
            text.append("; expected ").append(expected);
        }
        if (actual != null) {
            text.append(expected == null ? "; found " : ", found ").append(actual);
        }
        if (byteOffset != null) {
            text.append(" (at byte ").append(byteOffset).append(')');
        }
        if (nextStep != null) {
            text.append(". ").append(nextStep);
        }
        return text.toString();
    }
}
