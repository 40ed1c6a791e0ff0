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
package io.github.djlquant.onnx.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.proto.ModelProto;
import io.github.djlquant.onnx.proto.TensorProto;
import io.github.djlquant.onnx.read.Models;
import io.github.djlquant.onnx.read.OnnxReader;
import io.github.djlquant.testkit.LoudSkip;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights of more than 2 GB go from file to file, and never to the heap. */
class LargeModelIT {

    private static final long GIB = 1L << 30;

    /** One tensor that no array and no buffer holds, and one behind it. */
    private static final long LARGE = 2 * GIB + 4096;

    private static final long SMALL = 1 << 20;

    @TempDir Path folder;

    @Test
    @Tag("nightly")
    void goesFromFileToFile() throws Exception {
        LoudSkip.unless(
                Files.getFileStore(folder).getUsableSpace() > 3 * GIB, "3 GiB of disk are needed");
        Path source = source();
        resetPeaks();

        Graph graph = OnnxReader.read(source);
        Path copy = folder.resolve("copy.onnx");
        assertThat(OnnxWriter.fitsInMemory(graph)).isFalse();
        assertThat(OnnxWriter.write(graph, copy)).hasSize(2);
        Graph again = OnnxReader.read(copy);

        assertThat(peakOfHeap()).isLessThan(256 << 20);
        assertThat(Files.size(copy)).isLessThan(10_000);
        assertThat(Files.size(folder.resolve("copy.onnx.data"))).isGreaterThanOrEqualTo(LARGE);
        Tensor large = again.constant("large").orElseThrow();
        assertThat(large.storage().byteSize()).isEqualTo(LARGE);
        for (long at : new long[] {0, GIB - 4, GIB, 2 * GIB - 4, 2 * GIB, LARGE - 4}) {
            assertThat(large.storage().window(at, 4).getFloat(0)).as("byte " + at).isEqualTo(at);
        }
        assertThat(again.constant("small").orElseThrow().toFloats()).contains(7f, 0f);
        assertThat(again).hasToString(graph.toString());
    }

    /** A sparse file, so that its zeros cost no disk. */
    private Path source() throws Exception {
        try (FileChannel data =
                FileChannel.open(
                        folder.resolve("weights.bin"),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.SPARSE)) {
            for (long at : new long[] {0, GIB - 4, GIB, 2 * GIB - 4, 2 * GIB, LARGE - 4}) {
                put(data, at, at);
            }
            put(data, LARGE, 7);
            put(data, LARGE + SMALL - 4, 7);
        }
        ModelProto.Builder model = Models.scaled();
        model.getGraphBuilder()
                .addInitializer(external("large", 0, LARGE))
                .addInitializer(external("small", LARGE, SMALL))
                .addNode(Models.node("Concat", java.util.List.of("large", "small"), "all"))
                .addOutput(Models.value("all"));
        return Models.write(model, folder.resolve("model.onnx"));
    }

    private static void put(FileChannel data, long at, float value) throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, value);
        data.write(bytes, at);
    }

    private static TensorProto.Builder external(String name, long offset, long bytes) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(1)
                .addDims(bytes / 4)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(Models.entry("location", "weights.bin"))
                .addExternalData(Models.entry("offset", Long.toString(offset)))
                .addExternalData(Models.entry("length", Long.toString(bytes)));
    }

    private static void resetPeaks() {
        System.gc();
        ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
    }

    private static long peakOfHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
    }
}
