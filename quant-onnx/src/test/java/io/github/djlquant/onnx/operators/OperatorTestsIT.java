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
package io.github.djlquant.onnx.operators;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.github.djlquant.ModelFormatException;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.onnx.read.OnnxReader;
import io.github.djlquant.onnx.write.OnnxWriter;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.LoudSkip;
import io.github.djlquant.testkit.operators.OperatorTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every operator of ONNX: models survive reading and writing, and quantizing never breaks. */
class OperatorTestsIT {

    /** Begins the part of COVERAGE.md that other tests answer for. */
    private static final String OTHER_FORMAT = "\n## TorchScript\n";

    private static final long NEWEST_OPSET_FOR_ANY = 22;

    private static List<OperatorTests.Case> cases;
    private static OperatorRun runtime;

    @TempDir Path folder;

    @BeforeAll
    static void fetch() {
        cases = OperatorTests.all();
        runtime = new OperatorRun();
    }

    @Test
    void everyModelSurvivesReadingAndWriting() throws Exception {
        List<String> broken = new ArrayList<>();
        Coverage coverage = new Coverage(runtime.version());
        for (OperatorTests.Case test : cases) {
            byte[] copy = copy(test);
            Map<String, List<Object>> expected;
            try {
                expected = runtime.run(BakedModel.of(test.model(), test.inputs()));
            } catch (OrtException e) {
                coverage.skipped(test.name(), e.getMessage());
                continue;
            }
            coverage.ran(test.name());
            try {
                if (!runtime.run(BakedModel.of(copy, test.inputs())).equals(expected)) {
                    broken.add(test.name() + " gives other outputs");
                }
            } catch (OrtException e) {
                broken.add(test.name() + " does not run any more: " + e.getMessage());
            }
        }
        assertThat(cases).hasSizeGreaterThan(1500);
        assertThat(broken).isEmpty();
        requireCurrent(coverage.toString());
    }

    private byte[] copy(OperatorTests.Case test) throws IOException {
        Path source = folder.resolve("source.onnx");
        Path copy = folder.resolve("copy.onnx");
        Files.write(source, test.model());
        Graph graph = OnnxReader.read(source);
        OnnxWriter.write(graph, copy);
        assertThat(OnnxReader.read(copy)).as(test.name()).hasToString(graph.toString());
        return Files.readAllBytes(copy);
    }

    /**
     * Kernels differ between processors, so only the kind that the file was written on is held.
     * What the file says of TorchScript stays as it is.
     */
    private static void requireCurrent(String coverage) throws IOException {
        Path file = Path.of(System.getProperty("quant.root", ".."), "COVERAGE.md");
        String text = Files.readString(file);
        int other = text.indexOf(OTHER_FORMAT);
        assertThat(other).as("where TorchScript begins").isPositive();
        if ("write".equals(System.getProperty("quant.coverage"))) {
            text = coverage + text.substring(other);
            other = coverage.length();
            Files.writeString(file, text);
        }
        LoudSkip.unless(
                System.getProperty("os.name").equals("Linux")
                        && System.getProperty("os.arch").equals("amd64"),
                "COVERAGE.md lists the kernels of Linux on x86-64");
        assertThat(text.substring(0, other)).isEqualTo(coverage);
    }

    @Test
    void quantizingAsItIs() throws Exception {
        int loaded = 0;
        for (OperatorTests.Case test : cases) {
            if (runs(test)) {
                loaded += quantize(test, test.model());
            }
        }
        assertThat(loaded).as("quantized and loaded").isGreaterThan(50);
    }

    @Test
    void quantizingWithWeights() throws Exception {
        int loaded = 0;
        for (OperatorTests.Case test : cases) {
            if (test.inputs().size() > 1 && runs(test)) {
                loaded += quantize(test, BakedModel.withWeights(test.model(), test.inputs()));
            }
        }
        assertThat(loaded).as("quantized and loaded").isGreaterThan(50);
    }

    private static boolean runs(OperatorTests.Case test) throws IOException {
        try {
            runtime.run(BakedModel.of(test.model(), test.inputs()));
            return true;
        } catch (OrtException e) {
            return false;
        }
    }

    /** Quantizes without and with data and returns how often that gave a file. */
    private int quantize(OperatorTests.Case test, byte[] model) throws IOException {
        Path source = folder.resolve("source.onnx");
        Files.write(source, model);
        Graph graph = OnnxReader.read(source);
        CalibrationData data = CalibrationData.ofFeeds(List.of(feeds(test, graph)));
        return quantize(test, graph, Quantizer.builder().optRecipe(Recipe.dynamicInt8()))
                + quantize(test, graph, Quantizer.builder().optCalibration(data));
    }

    private int quantize(OperatorTests.Case test, Graph graph, Quantizer.Builder quantizer)
            throws IOException {
        boolean old = graph.opsets().getOrDefault(OpType.ONNX, 1L) <= NEWEST_OPSET_FOR_ANY;
        Path output = folder.resolve("int8.onnx");
        Files.deleteIfExists(output);
        try {
            quantizer
                    .optLatency(false)
                    .optThreads(1)
                    .optTarget(old ? Target.Name.ANY : Target.Name.HERE)
                    .build()
                    .quantize(folder.resolve("source.onnx"), output);
            new OnnxBackend().open(output, new RunOptions(1, true)).close();
            return 1;
        } catch (ModelFormatException e) {
            // A model that opens as users open it is not malformed: what we made of it was.
            assertThat(opensOptimized()).as(test.name() + ": " + e.getMessage()).isFalse();
            return 0;
        } catch (QuantizationException e) {
            assertThat(output).doesNotExist();
            return 0;
        } catch (RuntimeException e) {
            throw new AssertionError(test.name() + " ends in an error without advice", e);
        }
    }

    private boolean opensOptimized() {
        try {
            new OnnxBackend().open(folder.resolve("source.onnx"), RunOptions.DEFAULT).close();
            return true;
        } catch (QuantizationException e) {
            return false;
        }
    }

    private Map<String, Tensor> feeds(OperatorTests.Case test, Graph graph) throws IOException {
        Path file = folder.resolve("baked.onnx");
        Files.write(file, BakedModel.of(test.model(), test.inputs()));
        Graph baked = OnnxReader.read(file);
        Map<String, Tensor> feeds = new LinkedHashMap<>();
        for (Value input : graph.inputs()) {
            baked.constant(input.name()).ifPresent(tensor -> feeds.put(input.name(), tensor));
        }
        return feeds;
    }
}
