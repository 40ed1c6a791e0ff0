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
import io.github.djlquant.onnx.read.OnnxReader;
import io.github.djlquant.onnx.write.OnnxWriter;
import io.github.djlquant.onnx.write.WeightsInPlace;
import io.github.djlquant.onnx.write.WriteOptions;
import io.github.djlquant.testkit.GraphBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsInPlaceTest {

    private static final int WIDTH = 1024;

    /** More than go to the runtime as an array. */
    private static final int PRODUCTS = 5;

    @TempDir Path folder;
    private Path file;

    private static Graph products(int seed) {
        Random random = new Random(seed);
        GraphBuilder builder = GraphBuilder.onnx(17).input("x", 1, WIDTH);
        String value = "x";
        for (int i = 0; i < PRODUCTS; i++) {
            float[] weight = new float[WIDTH * WIDTH];
            for (int k = 0; k < weight.length; k++) {
                weight[k] = (random.nextFloat() - 0.5f) / 16;
            }
            builder.constant("w" + i, Tensor.ofFloats(weight, WIDTH, WIDTH))
                    .node("MatMul", "y" + i, value, "w" + i);
            value = "y" + i;
        }
        return builder.output(value).build();
    }

    @BeforeEach
    void write() {
        file = folder.resolve("products.onnx");
        OnnxWriter.write(products(0), file);
    }

    private static float[] answer(Graph graph) {
        try (GraphRunner runner = new OnnxBackend().open(graph, new RunOptions(1, false))) {
            Tensor x = Tensor.ofFloats(filled(1), 1, WIDTH);
            return runner.run(Map.of("x", x)).get("y" + (PRODUCTS - 1)).toFloats();
        }
    }

    private static float[] filled(float with) {
        float[] floats = new float[WIDTH];
        Arrays.fill(floats, with);
        return floats;
    }

    @Test
    void theMessageHoldsNoneOfThem() {
        Graph read = OnnxReader.read(file);
        WeightsInPlace weights = WeightsInPlace.of(read).orElseThrow();
        assertThat(weights.others(read)).isZero();
        assertThat(OnnxWriter.toBytes(read, weights)).hasSizeLessThan(10_000);
    }

    @Test
    void theRuntimeFindsThemThere() {
        assertThat(answer(OnnxReader.read(file))).isEqualTo(answer(products(0)));
    }

    @Test
    void throughASymbolicLinkToo() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("link.onnx"), file);
        Graph read = OnnxReader.read(link);
        assertThat(WeightsInPlace.of(read).orElseThrow().folder()).isEqualTo(folder.toRealPath());
        assertThat(answer(read)).isEqualTo(answer(products(0)));
    }

    @Test
    void inAFileBesideTheModelToo() {
        Path model = folder.resolve("outside.onnx");
        OnnxWriter.write(products(0), model, WriteOptions.DEFAULT.withInlineLimit(0));
        Graph read = OnnxReader.read(model);
        assertThat(WeightsInPlace.of(read)).isPresent();
        assertThat(answer(read)).isEqualTo(answer(products(0)));
    }

    @Test
    void aFileThatTookTheNameIsNotRead() throws IOException {
        Graph read = OnnxReader.read(file);
        OnnxWriter.write(products(1), file);
        assertThat(WeightsInPlace.of(read)).isEmpty();
        assertThat(answer(read)).isEqualTo(answer(products(0)));
    }

    @Test
    void whatIsComputedGoesIntoTheMessage() {
        Graph read = OnnxReader.read(file);
        Tensor doubled = read.constant("w0").orElseThrow().multiplied(filled(2), 1);
        Graph changed = read.edit().constant("w0", doubled).build();
        WeightsInPlace weights = WeightsInPlace.of(changed).orElseThrow();
        assertThat(weights.others(changed)).isEqualTo((long) WIDTH * WIDTH * Float.BYTES);
        float[] expected = answer(products(0));
        float[] found = answer(changed);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).isEqualTo(2 * expected[i]);
        }
    }
}
