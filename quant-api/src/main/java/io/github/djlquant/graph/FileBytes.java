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
package io.github.djlquant.graph;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * A file that large tensors are read from piece by piece. What is read of a mapped file counts for
 * the process's memory as long as the map is there, although the file holds it too.
 *
 * <p>The file stays open as long as this object is in use, so that it may be deleted or replaced.
 * Interrupted threads read on. Safe for several threads.
 */
public final class FileBytes {

    private final Path file;

    /** Not a channel, which an interrupted reader closes for all others. */
    private final RandomAccessFile content;

    private final Object key;

    private FileBytes(Path file, RandomAccessFile content, Object key) {
        this.file = file;
        this.content = content;
        this.key = key;
    }

    /**
     * Opens a file.
     *
     * @param file a regular file
     * @return its bytes; the virtual machine closes the file when nobody refers to them any more
     * @throws IOException if it can't be opened
     */
    public static FileBytes open(Path file) throws IOException {
        return new FileBytes(file, new RandomAccessFile(file.toFile(), "r"), key(file));
    }

    /**
     * Returns where others find the bytes.
     *
     * @return the file without symbolic links; empty if another one has its name by now, or the
     *     file system does not tell
     */
    public Optional<Path> place() {
        try {
            Path place = file.toRealPath();
            return key != null && key.equals(key(place)) ? Optional.of(place) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /**
     * Copies bytes.
     *
     * @param offset bytes from the start of the file
     * @param length how many
     * @return a new array
     * @throws ModelFormatException if the file can't be read, or ends before
     */
    byte[] read(long offset, int length) {
        byte[] bytes = new byte[length];
        try {
            synchronized (content) {
                content.seek(offset);
                content.readFully(bytes);
            }
        } catch (IOException e) {
            throw new ModelFormatException(
                    Problem.of("the weights can't be read").in(file).actual(e).atByte(offset), e);
        }
        return bytes;
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
