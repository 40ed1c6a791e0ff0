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
package io.github.djlquant.testkit.real;

import com.google.gson.Gson;
import io.github.djlquant.testkit.RealFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * MiniLM as a TorchScript trace. The real models hold it without its large tensors, which lie in
 * the ONNX file, some of them transposed.
 */
public final class MiniLmArchive {

    private MiniLmArchive() {}

    /**
     * Where everything lies.
     *
     * @param order the archive's entries
     * @param tensors offset and length in the ONNX file; and the shape there if it is transposed
     */
    private record Plan(List<String> order, Map<String, List<Object>> tensors) {}

    /**
     * Puts the archive together, or skips the test, loudly, where there are no real models.
     *
     * @param file the file to make
     * @return the file
     * @throws IOException if that fails
     */
    public static Path make(Path file) throws IOException {
        Path onnx = RealFiles.find("minilm/minilm_l6_v2.onnx");
        String map = Files.readString(RealFiles.find("minilm/minilm_l6_v2.pt.map.json"));
        Plan plan = new Gson().fromJson(map, Plan.class);
        try (ZipFile skeleton =
                        new ZipFile(
                                RealFiles.find("minilm/minilm_l6_v2.pt.skeleton.zip").toFile());
                RandomAccessFile weights = new RandomAccessFile(onnx.toFile(), "r");
                ZipOutputStream archive = new ZipOutputStream(Files.newOutputStream(file))) {
            for (String name : plan.order()) {
                List<Object> place = plan.tensors().get(name);
                byte[] content =
                        place == null
                                ? skeleton.getInputStream(skeleton.getEntry(name)).readAllBytes()
                                : tensor(weights, place);
                archive.putNextEntry(stored(name, content));
                archive.write(content);
                archive.closeEntry();
            }
        }
        return file;
    }

    private static byte[] tensor(RandomAccessFile weights, List<Object> place) throws IOException {
        byte[] bytes = new byte[((Number) place.get(1)).intValue()];
        weights.seek(((Number) place.get(0)).longValue());
        weights.readFully(bytes);
        if (!(place.get(2) instanceof List<?> shape)) {
            return bytes;
        }
        int rows = ((Number) shape.get(0)).intValue();
        int columns = ((Number) shape.get(1)).intValue();
        ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer turned = ByteBuffer.allocate(bytes.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int column = 0; column < columns; column++) {
            for (int row = 0; row < rows; row++) {
                turned.putInt(from.getInt((row * columns + column) * Float.BYTES));
            }
        }
        return turned.array();
    }

    private static ZipEntry stored(String name, byte[] content) {
        CRC32 sum = new CRC32();
        sum.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(sum.getValue());
        entry.setTime(1_000_000_000_000L);
        return entry;
    }
}
