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
package io.github.djlquant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.read.ModelInPlace;
import io.github.djlquant.onnx.read.OnnxReader;
import io.github.djlquant.onnx.write.OnnxWriter;
import io.github.djlquant.onnx.write.WriteOptions;
import io.github.djlquant.testkit.GraphBuilder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelInPlaceTest {

    private static final int WIDTH = 1024;

    /** A file of more than the runtime is let copy. */
    private static final int ROWS = 5 * WIDTH;

    @TempDir Path folder;

    /** A sum: its weight is no weight of a product, so the runtime has no other form of it. */
    private static Graph sum() {
        float[] table = new float[ROWS * WIDTH];
        for (int i = 0; i < table.length; i++) {
            table[i] = i % 1000;
        }
        return GraphBuilder.onnx(17)
                .input("x", 1, WIDTH)
                .constant("table", Tensor.ofFloats(table, ROWS, WIDTH))
                .constant("small", Tensor.ofFloats(new float[] {3}, 1))
                .node("Add", "s", "x", "table")
                .node("Mul", "y", "s", "small")
                .output("y")
                .build()
                .edit()
                .metadata("told", "by the user")
                .build();
    }

    private Path written() {
        Path file = folder.resolve("sum.onnx");
        OnnxWriter.write(sum(), file);
        return file;
    }

    private static Tensor answer(GraphRunner runner) {
        return runner.run(Map.of("x", Tensor.ofFloats(new float[WIDTH], 1, WIDTH))).get("y");
    }

    private static GraphRunner open(Path file) {
        return new OnnxBackend().open(file, new RunOptions(1, false));
    }

    @Test
    void theMessageSaysWhatTheFileSaysWithoutItsLargeWeights() throws IOException {
        Path file = written();
        ModelInPlace model = ModelInPlace.of(file).orElseThrow();
        assertThat(model.message()).hasSizeLessThan(1000);
        assertThat(model.folder()).isEqualTo(folder.toRealPath());
        Graph whole = OnnxReader.read(file);
        Graph parted = OnnxReader.read(Files.write(folder.resolve("parted"), model.message()));
        assertThat(parted).hasToString(whole.toString());
        assertThat(parted.metadata()).isEqualTo(whole.metadata()).containsKey("told");
        whole.constants()
                .forEach(
                        (name, tensor) ->
                                assertThat(parted.constant(name).orElseThrow().bytes())
                                        .isEqualTo(tensor.bytes()));
    }

    /** What is read behind the runtime's back can't have been copied before. */
    @Test
    void theRuntimeReadsWeightsWhereTheyLie() throws IOException {
        Path file = written();
        try (GraphRunner runner = open(file)) {
            overwrite(file, 7 * WIDTH + 5, 0.25f);
            float[] answer = answer(runner).toFloats();
            assertThat(answer[7 * WIDTH + 5]).isEqualTo(3 * 0.25f);
            assertThat(answer[7 * WIDTH + 6]).isEqualTo(3 * ((7 * WIDTH + 6) % 1000));
        }
    }

    private static void overwrite(Path file, int element, float value) throws IOException {
        byte[] content = Files.readAllBytes(file);
        byte[] first = bytes(0, 1, 2, 3, 4, 5, 6, 7);
        int at = 0;
        while (!ByteBuffer.wrap(content, at, first.length).equals(ByteBuffer.wrap(first))) {
            at++;
        }
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(at + (long) element * Float.BYTES);
            open.write(bytes(value));
        }
    }

    private static byte[] bytes(float... values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    @Test
    void aLinkIntoAnotherFolderIsOpenedAsTheRuntimeDoes() throws IOException {
        Path file = written();
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("link.onnx"), file);
        assertThat(ModelInPlace.of(link)).isEmpty();
        assertSameAnswer(link, file);
    }

    @Test
    void weightsBesideTheFileStayBesideIt() {
        Path file = folder.resolve("outside.onnx");
        OnnxWriter.write(sum(), file, WriteOptions.DEFAULT.withInlineLimit(0));
        assertThat(ModelInPlace.of(file)).isEmpty();
        assertSameAnswer(file, written());
    }

    private static void assertSameAnswer(Path file, Path other) {
        try (GraphRunner runner = open(file);
                GraphRunner same = open(other)) {
            assertThat(answer(runner).bytes()).isEqualTo(answer(same).bytes());
        }
    }
}
