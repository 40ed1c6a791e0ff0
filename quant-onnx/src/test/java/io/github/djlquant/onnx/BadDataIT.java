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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.OutputException;
import io.github.djlquant.QuantizationCancelledException;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.Quantizer;
import io.github.djlquant.RecipeException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.npz.NpzWriter;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.mutant.HostileModels;
import io.github.djlquant.recipe.RecipeJson;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.LoudSkip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Data, recipes and paths that a user gets wrong: a typed error that names the place, no output, no
 * leftover.
 */
class BadDataIT {

    @TempDir Path models;
    @TempDir Path data;
    @TempDir Path outputs;

    private Path model;
    private Path output;

    @BeforeEach
    void write() throws IOException {
        model = models.resolve("small.onnx");
        Files.write(model, HostileModels.small().toByteArray());
        output = outputs.resolve("int8.onnx");
    }

    @AfterEach
    void leaveNothing() throws IOException {
        Thread.interrupted();
        try (Stream<Path> left = Files.list(outputs);
                Stream<Path> beside = Files.list(models)) {
            assertThat(left).isEmpty();
            assertThat(beside).hasSize(1);
        }
    }

    private static Tensor random(long... sizes) {
        return GraphBuilder.random(new Random(3), sizes);
    }

    private static CalibrationData good() {
        return CalibrationData.ofFeeds(List.of(Map.of("x", random(4, 3, 8, 8))));
    }

    private void quantize(CalibrationData calibration) {
        Quantizer.builder()
                .optCalibration(calibration)
                .optLatency(false)
                .build()
                .quantize(model, output);
    }

    private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
            CalibrationData calibration) {
        return assertThatThrownBy(() -> quantize(calibration))
                .isInstanceOf(CalibrationException.class);
    }

    private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
            Map<String, Tensor> feeds) {
        return assertRefused(CalibrationData.ofFeeds(List.of(feeds)));
    }

    private Path npz(String name, Map<String, Tensor> arrays) {
        Path file = data.resolve(name);
        NpzWriter.write(file, arrays);
        return file;
    }

    @Test
    void noData() {
        assertRefused(CalibrationData.ofFeeds(List.of()))
                .hasMessageContaining("there is no calibration data")
                .hasMessageContaining("at least one row for x float[");
        assertRefused(Map.of("x", Tensor.ofFloats(new float[0], 0, 3, 8, 8)))
                .hasMessageContaining("no rows");
    }

    @Test
    void wrongNames() {
        assertRefused(Map.of("image", random(4, 3, 8, 8)))
                .hasMessageContaining("expected [x], found [image]");
        assertRefused(Map.of("x", random(4, 3, 8, 8), "y", random(4, 3)))
                .hasMessageContaining("expected [x], found [x, y]");
    }

    @Test
    void wrongShapes() {
        assertRefused(Map.of("x", random(4, 8, 8, 3)))
                .hasMessageContaining("x")
                .hasMessageContaining("[4,8,8,3]");
        assertRefused(Map.of("x", random(3, 8, 8)))
                .hasMessageContaining("x")
                .hasMessageContaining("[3,8,8]");
    }

    @Test
    void wrongElementTypes() {
        assertRefused(Map.of("x", Tensor.ofInts(DataType.INT32, new int[192], 1, 3, 8, 8)))
                .hasMessageContaining("x")
                .hasMessageContaining("int32");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void nonFiniteNumbersAreNamedByTheirSample(float value) {
        float[] pixels = random(4, 3, 8, 8).toFloats();
        pixels[2 * 192 + 5] = value;
        assertRefused(Map.of("x", Tensor.ofFloats(pixels, 4, 3, 8, 8)))
                .hasMessageContaining("input x")
                .hasMessageContaining("sample 2");
    }

    @Test
    void nonFiniteNumbersInALaterFile() {
        npz("a.npz", Map.of("x", random(4, 3, 8, 8)));
        float[] pixels = random(4, 3, 8, 8).toFloats();
        pixels[0] = Float.NaN;
        npz("b.npz", Map.of("x", Tensor.ofFloats(pixels, 4, 3, 8, 8)));
        assertRefused(CalibrationData.ofPath(data))
                .hasMessageContaining("b.npz")
                .hasMessageContaining("sample 4");
    }

    @Test
    void arraysOfDifferentLength() throws IOException {
        OnnxBackend backend = new OnnxBackend();
        backend.write(
                GraphBuilder.onnx(17)
                        .input("a", -1, 3, 8, 8)
                        .input("b", -1, 3, 8, 8)
                        .node("Add", "s", "a", "b")
                        .random("w", 4, 3, 3, 3)
                        .node("Conv", "y", "s", "w")
                        .output("y")
                        .build(),
                backend.target(Target.Name.ANY),
                model);
        Path ragged = npz("ragged.npz", Map.of("a", random(4, 3, 8, 8), "b", random(3, 3, 8, 8)));
        assertRefused(CalibrationData.ofPath(ragged))
                .hasMessageContaining("ragged.npz")
                .hasMessageContaining("rows");
    }

    @Test
    void fewerRowsThanAFixedBatch() {
        OnnxBackend backend = new OnnxBackend();
        backend.write(
                GraphBuilder.onnx(17)
                        .input("x", 8, 3, 8, 8)
                        .random("w", 4, 3, 3, 3)
                        .node("Conv", "y", "x", "w")
                        .output("y")
                        .build(),
                backend.target(Target.Name.ANY),
                model);
        assertRefused(Map.of("x", random(5, 3, 8, 8)))
                .hasMessageContaining("8 rows at once")
                .hasMessageContaining("5 rows in all");
    }

    @Test
    void filesThatAreNotWhatTheyAreCalled() throws IOException {
        Path text = Files.writeString(data.resolve("text.npz"), "no zip archive");
        assertRefused(CalibrationData.ofPath(text)).hasMessageContaining("text.npz");
        Path whole = npz("whole.npz", Map.of("x", random(4, 3, 8, 8)));
        byte[] bytes = Files.readAllBytes(whole);
        for (int length : new int[] {0, 1, 40, bytes.length / 2, bytes.length - 1}) {
            Path cut = data.resolve("cut.npz");
            Files.write(cut, java.util.Arrays.copyOf(bytes, length));
            assertRefused(CalibrationData.ofPath(cut)).hasMessageContaining("cut.npz");
        }
    }

    @Test
    void placesWithoutData() throws IOException {
        assertRefused(CalibrationData.ofPath(data))
                .hasMessageContaining(data.toString())
                .hasMessageContaining("a folder with neither");
        assertRefused(CalibrationData.ofPath(data.resolve("missing.npz")))
                .hasMessageContaining("missing.npz")
                .hasMessageContaining("found nothing");
        Path other = Files.writeString(data.resolve("notes.txt"), "text");
        assertRefused(CalibrationData.ofPath(other))
                .hasMessageContaining("notes.txt")
                .hasMessageContaining("expected an .npz file");
    }

    @Test
    void recipesOfUnknownWords() {
        assertThatThrownBy(
                        () ->
                                RecipeJson.parse(
                                        "{\"version\":1,\"name\":\"static-int8\",\"wieghts\":{}}",
                                        "my-recipe.json"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("my-recipe.json")
                .hasMessageContaining("wieghts");
        assertThatThrownBy(() -> RecipeJson.parse("{", "my-recipe.json"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("my-recipe.json");
    }

    private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
            Class<? extends QuantizationException> type, ThrowingCallable work) {
        return assertThatThrownBy(work).isInstanceOf(type);
    }

    @Test
    void outputsThatCannotBe() {
        output = outputs.resolve("missing").resolve("int8.onnx");
        assertRefused(RecipeException.class, () -> quantize(good()))
                .hasMessageContaining("the output's folder does not exist")
                .hasMessageContaining(output.toString());
        output = outputs;
        assertRefused(RecipeException.class, () -> quantize(good()))
                .hasMessageContaining("the output is a folder")
                .hasMessageContaining(outputs.toString());
    }

    @Test
    void aNameWithoutAFormat() {
        output = data.resolve("int8.xyz");
        assertRefused(RecipeException.class, () -> quantize(good()))
                .hasMessageContaining("int8.xyz")
                .hasMessageContaining("a name that ends in .onnx");
    }

    /** Permissions don't hold the superuser, but no one can create a file there. */
    @Test
    void aFolderThatIsReadOnly() {
        Path proc = Path.of("/proc");
        LoudSkip.unless(Files.isDirectory(proc), "there is no /proc");
        output = proc.resolve("int8.onnx");
        assertRefused(OutputException.class, () -> quantize(good()))
                .hasMessageContaining("takes no files")
                .hasMessageContaining("/proc")
                .hasMessageContaining("int8.onnx");
    }

    @Test
    void theSourceIsNeverOverwritten() throws IOException {
        byte[] before = Files.readAllBytes(model);
        assertRefused(
                        RecipeException.class,
                        () ->
                                Quantizer.builder()
                                        .optCalibration(good())
                                        .optLatency(false)
                                        .optOverwrite(true)
                                        .build()
                                        .quantize(model, models.resolve("./small.onnx")))
                .hasMessageContaining("the output is the source")
                .hasMessageContaining("small.onnx");
        assertThat(model).hasBinaryContent(before);
    }

    @Test
    void anOutputIsNotOverwrittenUnasked() throws IOException {
        Files.writeString(output, "precious");
        assertRefused(RecipeException.class, () -> quantize(good()))
                .hasMessageContaining("exists already")
                .hasMessageContaining(output.toString());
        assertThat(output).hasContent("precious");
        Files.delete(output);
    }

    @Test
    void sourcesThatAreNone() throws IOException {
        model = models.resolve("missing.onnx");
        assertRefused(UnsupportedModelException.class, () -> quantize(good()))
                .hasMessageContaining("missing.onnx")
                .hasMessageContaining("there is no such file");
        model = data.resolve("model.xyz");
        Files.writeString(model, "text");
        assertRefused(QuantizationException.class, () -> quantize(good()))
                .hasMessageContaining("model.xyz");
        model = models;
        assertRefused(QuantizationException.class, () -> quantize(good()))
                .hasMessageContaining(models.toString());
    }

    @Test
    void inputsOfATranslatorWithoutOne() {
        assertRefused(CalibrationData.ofInputs(List.of("text")))
                .hasMessageContaining("translator")
                .hasMessageContaining("x float[");
    }

    /**
     * Interrupts itself when a batch is read: at the start, amid calibration, amid verification.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 12, 14})
    void interruptionLeavesNothing(int batches) {
        int[] read = {0};
        Iterable<Map<String, Tensor>> feeds =
                () ->
                        new Iterator<>() {
                            private int left = 10;

                            @Override
                            public boolean hasNext() {
                                return left > 0;
                            }

                            @Override
                            public Map<String, Tensor> next() {
                                left--;
                                if (++read[0] == batches) {
                                    Thread.currentThread().interrupt();
                                }
                                return Map.of("x", random(4, 3, 8, 8));
                            }
                        };
        assertRefused(
                QuantizationCancelledException.class,
                () -> quantize(CalibrationData.ofFeeds(feeds)));
    }

    @Test
    void whatIsQuantizedAlready() throws IOException {
        quantize(good());
        Path again = output;
        model = again;
        output = outputs.resolve("again.onnx");
        assertRefused(UnsupportedModelException.class, () -> quantize(good()))
                .hasMessageContaining("quantized already")
                .hasMessageContaining("small.onnx")
                .hasMessageContaining("Start from the float model");
        Files.delete(again);
        Files.delete(outputs.resolve("int8.onnx.quant.json"));
    }
}
