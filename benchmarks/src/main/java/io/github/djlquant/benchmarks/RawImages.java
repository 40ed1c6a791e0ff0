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
package io.github.djlquant.benchmarks;

import io.github.djlquant.graph.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * A file of float32 little-endian NCHW images with three channels, read batch by batch: both sides
 * read the same bytes.
 *
 * @param file the file
 * @param size height and width
 */
record RawImages(Path file, int size) {

    private int imageFloats() {
        return 3 * size * size;
    }

    /** Reads images {@code first} to {@code first + rows - 1}. */
    float[] read(int first, int rows) {
        ByteBuffer bytes =
                ByteBuffer.allocate(rows * imageFloats() * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file)) {
            long position = (long) first * imageFloats() * Float.BYTES;
            while (bytes.hasRemaining()) {
                int count = channel.read(bytes, position + bytes.position());
                if (count < 0) {
                    throw new EOFException(file + " has fewer than " + (first + rows) + " images");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        float[] values = new float[rows * imageFloats()];
        bytes.flip().asFloatBuffer().get(values);
        return values;
    }

    long[] shape(int rows) {
        return new long[] {rows, 3, size, size};
    }

    /** Streams the first {@code rows} images as feeds of at most {@code batch}, one in memory. */
    Iterable<Map<String, Tensor>> feeds(int rows, int batch) {
        return feeds(rows, rows, batch);
    }

    /** The same, from the first image again after each {@code period} images. */
    Iterable<Map<String, Tensor>> feeds(int rows, int period, int batch) {
        return () ->
                new Iterator<>() {
                    private int next;

                    @Override
                    public boolean hasNext() {
                        return next < rows;
                    }

                    @Override
                    public Map<String, Tensor> next() {
                        if (!hasNext()) {
                            throw new NoSuchElementException();
                        }
                        int first = next % period;
                        int count = Math.min(batch, Math.min(rows - next, period - first));
                        Tensor tensor = Tensor.ofFloats(read(first, count), shape(count));
                        next += count;
                        return Map.of("input", tensor);
                    }
                };
    }
}
