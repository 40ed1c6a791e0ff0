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
import io.github.djlquant.StagedFile;
import io.github.djlquant.graph.Tensor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes tensors as an .npz file that {@code numpy.load} reads. */
public final class NpzWriter {

    private static final int WINDOW = 1 << 20;

    private NpzWriter() {}

    /**
     * Writes a file, beside its name first and then moved in place.
     *
     * @param file the file to create or replace
     * @param tensors tensors by name
     * @throws CalibrationException if an element type has no name in NumPy or the file can't be
     *     written
     */
    public static void write(Path file, Map<String, Tensor> tensors) {
        tensors.forEach(
                (name, tensor) -> {
                    if (NpyHeader.descr(tensor.dataType()) == null) {
                        throw new CalibrationException(
                                Problem.of("NumPy has no such element type")
                                        .in(file)
                                        .at("array " + name)
                                        .actual(tensor));
                    }
                });
        try (StagedFile stage = StagedFile.beside(file, true)) {
            writeTo(stage.path(), tensors);
            stage.commit();
        } catch (IOException e) {
            throw new CalibrationException(
                    Problem.of("the .npz file can't be written: " + e.getMessage()).in(file), e);
        }
    }

    private static void writeTo(Path file, Map<String, Tensor> tensors) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(1);
            WritableByteChannel channel = Channels.newChannel(zip);
            for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
                Tensor tensor = entry.getValue();
                zip.putNextEntry(new ZipEntry(entry.getKey() + ".npy"));
                zip.write(NpyHeader.write(tensor.dataType(), tensor.shape().toArray()));
                long bytes = tensor.storage().byteSize();
                for (long at = 0; at < bytes; at += WINDOW) {
                    channel.write(tensor.storage().window(at, (int) Math.min(WINDOW, bytes - at)));
                }
                zip.closeEntry();
            }
        }
    }
}
