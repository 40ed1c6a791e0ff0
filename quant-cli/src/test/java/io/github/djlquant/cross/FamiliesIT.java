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
package io.github.djlquant.cross;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.npz.NpzReader;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.pytorch.PyTorchBackend;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.transform.EquivalenceCheck;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One network of each family, as torchvision defines it but thin, in both formats: what PyTorch
 * computed of it comes out of the other engine, first as floats, then as integers.
 */
class FamiliesIT {

    private static final Logger LOG = LoggerFactory.getLogger(FamiliesIT.class);
    private static final Path FOLDER =
            Path.of(
                    System.getProperty("quant.root", ".."),
                    "quant-cli/src/test/resources/io/github/djlquant/cross/families");
    private static final double TOLERANCE = 1e-4;

    private enum Family {
        RESNET_BASIC,
        RESNET_BOTTLENECK,
        VGG,
        SQUEEZENET,
        DENSENET,
        MOBILENET_V2,
        MOBILENET_V3,
        EFFICIENTNET,
        EFFICIENTNET_V2,
        UNET,
        GENERATOR,
        VOCODER,
        LSTM_CLASSIFIER,
        GRU_CLASSIFIER;

        Path file(String ending) {
            return FOLDER.resolve(this + ending);
        }

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private final OnnxBackend onnx = new OnnxBackend();
    private final PyTorchBackend torch = new PyTorchBackend();

    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource
    void torchScriptAnswersInOnnxRuntime(Family family) {
        assertCrosses(family, ".pt", torch, onnx);
    }

    @ParameterizedTest
    @EnumSource
    void onnxAnswersInLibtorch(Family family) {
        assertCrosses(family, ".onnx", onnx, torch);
    }

    private static void assertCrosses(Family family, String ending, Backend from, Backend to) {
        Graph source = from.read(family.file(ending));
        Graph crossed = to.adopt(source);
        try (NpzReader example = NpzReader.open(family.file(".npz"));
                GraphRunner before = from.open(source, RunOptions.DEFAULT);
                GraphRunner after = to.open(crossed, RunOptions.DEFAULT)) {
            Map<String, Tensor> arrays = example.read(1);
            Map<String, Tensor> answer =
                    Map.of(source.outputs().get(0).name(), arrays.get("output.0"));
            Map<String, Tensor> shown = feed(source, arrays.get("input.0"));
            assertSame(answer, after.run(shown));
            Map<String, Tensor> more = feed(source, made(arrays.get("input.0"), 3, 1));
            assertSame(before.run(more), after.run(more));
        }
    }

    private static void assertSame(Map<String, Tensor> expected, Map<String, Tensor> actual) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        assertThat(EquivalenceCheck.error(List.of(expected), List.of(actual)))
                .isLessThan(TOLERANCE);
    }

    private static Map<String, Tensor> feed(Graph graph, Tensor tensor) {
        return Map.of(graph.inputs().get(0).name(), tensor);
    }

    /** Rows like one that is given: noise for floats, any words for integers. */
    private static Tensor made(Tensor like, int rows, long seed) {
        Random random = new Random(seed);
        long[] sizes = like.shape().toArray();
        sizes[0] = rows;
        int count = Math.toIntExact(Shape.of(sizes).elementCount());
        return switch (like.dataType()) {
            case FLOAT -> {
                float[] values = new float[count];
                for (int i = 0; i < count; i++) {
                    values[i] = (float) random.nextGaussian();
                }
                yield Tensor.ofFloats(values, sizes);
            }
            default -> Tensor.ofLongs(random.longs(count, 0, 200).toArray(), sizes);
        };
    }

    /**
     * The least signal to noise of the integers, which thin networks with random weights keep on
     * noise, and the least share of products that are integers. An LSTM as small as this one does
     * not pay on integers; its table of words lies in the file as bytes.
     */
    @ParameterizedTest
    @CsvSource({
        "RESNET_BASIC, 22, 0.9",
        "RESNET_BOTTLENECK, 18, 0.9",
        "VGG, 22, 0.9",
        "SQUEEZENET, 22, 0.9",
        "DENSENET, 22, 0.9",
        "MOBILENET_V2, 22, 0.9",
        "MOBILENET_V3, 18, 0.9",
        "EFFICIENTNET, 20, 0.9",
        "EFFICIENTNET_V2, 22, 0.9",
        "LSTM_CLASSIFIER, 35, 0"
    })
    void answersInIntegersOfTheOther(Family family, double decibels, double share) {
        assertQuantizes(family, ".pt", torch, ".onnx", decibels, share);
        assertQuantizes(family, ".onnx", onnx, ".pt", decibels, share);
    }

    /**
     * libtorch computes transposed convolutions on integers in this form; ONNX Runtime on floats.
     */
    @ParameterizedTest
    @CsvSource({"UNET, 26", "GENERATOR, 22", "VOCODER, 22"})
    void enlargesInIntegersOfLibtorch(Family family, double decibels) {
        assertQuantizes(family, ".pt", torch, ".pt", decibels, 0.95);
        assertQuantizes(family, ".onnx", onnx, ".pt", decibels, 0.95);
    }

    /** The generator is nothing but transposed convolutions: there is nothing to quantize. */
    @ParameterizedTest
    @CsvSource({"UNET, 26", "VOCODER, 22"})
    void enlargesInFloatsOfOnnxRuntime(Family family, double decibels) {
        assertQuantizes(family, ".pt", torch, ".onnx", decibels, 0);
    }

    private void assertQuantizes(
            Family family,
            String ending,
            Backend from,
            String other,
            double decibels,
            double share) {
        Path file = family.file(ending);
        boolean words = family == Family.LSTM_CLASSIFIER;
        Graph source = from.read(file);
        Tensor like;
        try (NpzReader example = NpzReader.open(family.file(".npz"))) {
            like = example.read(1).get("input.0");
        }
        QuantizedModel quantized =
                Quantizer.builder()
                        .optRecipe(words ? Recipe.dynamicInt8() : Recipe.staticInt8())
                        .optCalibration(
                                CalibrationData.ofFeeds(
                                        IntStream.range(0, 4)
                                                .mapToObj(i -> feed(source, made(like, 8, 10 + i)))
                                                .toList()))
                        .optLatency(false)
                        .optIgnoreGate(true)
                        .build()
                        .quantize(file, folder.resolve(family + ending + "-int8" + other));
        LOG.warn("{}{} -> {}: {}", family, ending, other, quantized.evaluation().outputs());
        assertThat(quantized.plan().quantizedMacShare()).isGreaterThanOrEqualTo(share);
        assertThat(quantized.evaluation().outputs())
                .allSatisfy(output -> assertThat(output.sqnr()).isGreaterThan(decibels));
    }
}
