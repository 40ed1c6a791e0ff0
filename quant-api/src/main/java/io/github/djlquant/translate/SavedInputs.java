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

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.trace.TraceInput;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a Block takes whose parameters DJL saved: the head of a {@code .params} file holds names and
 * shapes of the inputs that it was initialized with, but no types.
 *
 * <pre>
 *   "DJL@", version 1, name, type, number of inputs, per input: name, rank, extents, layout, ...
 * </pre>
 */
final class SavedInputs {

    private static final String MAGIC = "DJL@";
    private static final int VERSION = 1;

    /** A damaged file may say any number. */
    private static final int MOST = 1000;

    private SavedInputs() {}

    /** Finds all saved parameters in a folder. */
    static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".params")).sorted().toList();
        }
    }

    /**
     * Reads the head of a file.
     *
     * @return the inputs as if they were floats; none if the Block did not tell any
     * @throws ModelFormatException if it is no file of DJL's, or another version
     */
    static List<TraceInput> in(Path file) throws IOException {
        try (DataInputStream head =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            String magic = new String(head.readNBytes(MAGIC.length()), StandardCharsets.US_ASCII);
            if (!magic.equals(MAGIC) || head.readInt() != VERSION) {
                throw malformed(file, "DJL@ and version 1 at its beginning", magic);
            }
            head.readUTF();
            head.readUTF();
            int count = bounded(file, "inputs", head.readInt());
            List<TraceInput> inputs = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                inputs.add(new TraceInput(head.readUTF(), DataType.FLOAT32, shape(file, head)));
            }
            return inputs;
        } catch (EOFException e) {
            throw malformed(file, "names and shapes of inputs", "a file that ends in between");
        }
    }

    private static Shape shape(Path file, DataInputStream head) throws IOException {
        long[] extents = new long[bounded(file, "axes", head.readInt())];
        for (int i = 0; i < extents.length; i++) {
            extents[i] = head.readLong();
        }
        head.skipNBytes((long) Character.BYTES * bounded(file, "axes", head.readInt()));
        return new Shape(extents);
    }

    private static int bounded(Path file, String what, int count) {
        if (count < 0 || count > MOST) {
            throw malformed(file, "0 to " + MOST + " " + what, Integer.toString(count));
        }
        return count;
    }

    private static ModelFormatException malformed(Path file, String expected, String actual) {
        return new ModelFormatException(
                Problem.of("the file does not hold parameters that DJL saved")
                        .in(file)
                        .expected(expected)
                        .actual(actual));
    }
}
