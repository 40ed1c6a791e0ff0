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
package io.github.djlquant.calibrate.npz;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.graph.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Reads an .npz file as {@code numpy.savez} and {@code numpy.savez_compressed} write it: one array
 * for each name, rows first, as many rows in each, in either order of axes and bytes. All arrays
 * are read side by side, and no more of them is in memory than the rows asked for.
 */
public final class NpzReader implements AutoCloseable {

    private static final int MOST_ARRAYS = 1024;

    /** Memory for the rows of an array in Fortran order, which lie scattered over the file. */
    private static final int WINDOW_BYTES = 64 << 20;

    private final Path file;
    private final ZipFile zip;
    private final Map<String, NpyArray> arrays;
    private final long rows;
    private long taken;

    private NpzReader(Path file, ZipFile zip, Map<String, NpyArray> arrays, long rows) {
        this.file = file;
        this.zip = zip;
        this.arrays = arrays;
        this.rows = rows;
    }

    /**
     * Opens a file.
     *
     * @param file the file
     * @return a reader at the first row
     * @throws CalibrationException if the file is malformed, holds an element type that is not
     *     read, or arrays with different numbers of rows
     */
    public static NpzReader open(Path file) {
        return open(file, WINDOW_BYTES);
    }

    static NpzReader open(Path file, int windowBytes) {
        ZipFile zip = null;
        boolean opened = false;
        try {
            zip = new ZipFile(file.toFile());
            NpzReader reader = open(file, zip, windowBytes);
            opened = true;
            return reader;
        } catch (IOException | IllegalArgumentException e) {
            throw malformed(file, null, e);
        } finally {
            if (!opened && zip != null) {
                close(file, zip);
            }
        }
    }

    private static NpzReader open(Path file, ZipFile zip, int windowBytes) throws IOException {
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        if (zip.size() > MOST_ARRAYS) {
            throw new ZipException(zip.size() + " entries; at most " + MOST_ARRAYS + " are read");
        }
        long rows = -1;
        for (ZipEntry entry : Collections.list(zip.entries())) {
            if (!entry.getName().endsWith(".npy")) {
                throw new ZipException("the entry " + entry.getName() + " is no .npy array");
            }
            String name = entry.getName().substring(0, entry.getName().length() - 4);
            NpyArray array;
            try {
                array = new NpyArray(zip, entry, windowBytes);
            } catch (IOException e) {
                throw malformed(file, name, e);
            }
            if (rows >= 0 && rows != array.header().rows()) {
                throw new CalibrationException(
                        Problem.of("the arrays have different numbers of rows")
                                .in(file)
                                .at("array " + name)
                                .expected(rows + " rows, as the arrays before")
                                .actual(array.header()));
            }
            rows = array.header().rows();
            arrays.put(name, array);
        }
        if (arrays.isEmpty()) {
            throw new ZipException("there is no array");
        }
        return new NpzReader(file, zip, arrays, rows);
    }

    private static CalibrationException malformed(Path file, String array, Exception cause) {
        return new CalibrationException(
                Problem.of("the .npz file can't be read: " + cause.getMessage())
                        .in(file)
                        .at(array == null ? null : "array " + array)
                        .expected("what numpy.savez writes: one array per input, rows first"),
                cause);
    }

    /**
     * Returns the names of the arrays.
     *
     * @return names in the order of the file
     */
    public Set<String> names() {
        return Collections.unmodifiableSet(arrays.keySet());
    }

    /**
     * Returns the number of rows in each array.
     *
     * @return rows
     */
    public long rows() {
        return rows;
    }

    /**
     * Reads the next rows of every array.
     *
     * @param count the largest number of rows
     * @return a tensor for each array; empty at the end
     * @throws CalibrationException if the file is truncated or damaged
     */
    public Map<String, Tensor> read(int count) {
        int next = (int) Math.min(count, rows - taken);
        if (next <= 0) {
            return Map.of();
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, NpyArray> array : arrays.entrySet()) {
            try {
                tensors.put(array.getKey(), array.getValue().read(next));
            } catch (IOException e) {
                throw malformed(file, array.getKey(), e);
            }
        }
        taken += next;
        return tensors;
    }

    /** Closes the file. */
    @Override
    public void close() {
        close(file, zip);
    }

    private static void close(Path file, ZipFile zip) {
        try {
            zip.close();
        } catch (IOException e) {
            throw malformed(file, null, e);
        }
    }
}
