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
package io.github.djlquant.cli.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes unsigned-byte arrays as an {@code .npz} file: a zip of {@code .npy} members, version 1.0
 * of NumPy's format (numpy.lib.format). Equal arrays give equal files.
 *
 * <p>The file is written beside its place and moved there by {@link #commit()}; without that call
 * {@link #close()} removes it.
 */
final class NpzWriter implements AutoCloseable {

    /** NumPy pads the header so that the data starts at a multiple of this. */
    private static final int ALIGNMENT = 64;

    private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

    private final Path target;
    private final Path partial;
    private final ZipOutputStream zip;

    NpzWriter(Path target) throws IOException {
        this.target = target.toAbsolutePath();
        this.partial = this.target.resolveSibling("." + this.target.getFileName() + ".partial");
        this.zip = new ZipOutputStream(Files.newOutputStream(partial));
    }

    /**
     * Adds one array.
     *
     * @param name the name under which NumPy finds it
     * @param data the elements, last axis fastest
     * @param shape the lengths of the axes
     */
    void add(String name, byte[] data, int... shape) throws IOException {
        long expected = Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
        if (expected != data.length) {
            throw new IllegalArgumentException(
                    "array '%s': shape %s asks for %d bytes, %d are given"
                            .formatted(name, Arrays.toString(shape), expected, data.length));
        }
        ZipEntry entry = new ZipEntry(name + ".npy");
        entry.setTimeLocal(EPOCH);
        zip.putNextEntry(entry);
        writeHeader(zip, shape);
        zip.write(data);
        zip.closeEntry();
    }

    /** Finishes the file and puts it in its place. */
    void commit() throws IOException {
        zip.close();
        try {
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
        Files.deleteIfExists(partial);
    }

    private static void writeHeader(OutputStream out, int[] shape) throws IOException {
        // A tuple of one keeps its comma in Python.
        String axes = Arrays.stream(shape).mapToObj(n -> n + ",").collect(Collectors.joining(" "));
        String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (" + axes + "), }";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(0x93);
        bytes.write("NUMPY".getBytes(StandardCharsets.US_ASCII));
        bytes.write(1);
        bytes.write(0);
        int prefix = bytes.size() + Short.BYTES;
        int padding = ALIGNMENT - 1 - (prefix + header.length()) % ALIGNMENT;
        int length = header.length() + padding + 1;
        bytes.write(length & 0xFF);
        bytes.write(length >>> 8);
        bytes.write((header + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII));
        bytes.writeTo(out);
    }
}
