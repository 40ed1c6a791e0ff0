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

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.training.initializer.XavierInitializer;
import io.github.djlquant.Quantizer;
import io.github.djlquant.TemporaryFolder;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.Recipe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How much faster the layers of a network alone get in libtorch, one thread: what is left of it,
 * were all else of the network free. Layers of the same extents in a row, random weights, as
 * TorchScript in stock DJL; float in its fastest form.
 *
 * <pre>
 *   ResNet-20  19 convolutions with ReLU, no sums          static, one image of 32 x 32
 *   MiniLM     6 times 4 x (384, 384), (384, 1536),        dynamic, 64 tokens
 *              (1536, 384); no attention, GELU, norm
 * </pre>
 */
public final class MeasureLayers {

    private static final Pace PACE = new Pace(10, 101);
    private static final int WIDTH = 384;
    private static final int INNER_WIDTH = 4 * WIDTH;
    private static final int TOKENS = 64;
    private static final int IMAGE = 32;
    private static final int ROWS = 32;

    private final Report report;

    private MeasureLayers(Report report) {
        this.report = report;
    }

    /**
     * Measures, prints and writes.
     *
     * @param args nothing
     * @throws Exception if something fails
     */
    public static void main(String[] args) throws Exception {
        TorchContender.onOneThread();
        Report report = new Report(Machine.here());
        MeasureLayers layers = new MeasureLayers(report);
        layers.measure(
                "resnet20", convolutions(), new Shape(1, 3, IMAGE, IMAGE), Recipe.staticInt8());
        layers.measure("minilm", linearLayers(), new Shape(TOKENS, WIDTH), Recipe.dynamicInt8());
        report.publish("layers");
    }

    private static SequentialBlock convolutions() {
        SequentialBlock all = new SequentialBlock();
        for (int stage = 0; stage < 3; stage++) {
            for (int layer = 0; layer < (stage == 0 ? 7 : 6); layer++) {
                int stride = stage > 0 && layer == 0 ? 2 : 1;
                all.add(
                        Conv2d.builder()
                                .setFilters(16 << stage)
                                .setKernelShape(new Shape(3, 3))
                                .optPadding(new Shape(1, 1))
                                .optStride(new Shape(stride, stride))
                                .build());
                all.add(Activation.reluBlock());
            }
        }
        return all;
    }

    private static SequentialBlock linearLayers() {
        SequentialBlock all = new SequentialBlock();
        for (int encoder = 0; encoder < 6; encoder++) {
            IntStream.of(WIDTH, WIDTH, WIDTH, WIDTH, INNER_WIDTH, WIDTH)
                    .forEach(units -> all.add(Linear.builder().setUnits(units).build()));
        }
        return all;
    }

    private void measure(String name, Block layers, Shape input, Recipe recipe) throws Exception {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path plain = folder.path().resolve(name + ".pt");
            Path quantized = folder.path().resolve(name + "-int8.pt");
            try (Model model = Model.newInstance(name, Device.cpu(), "PyTorch")) {
                layers.setInitializer(new XavierInitializer(), Parameter.Type.WEIGHT);
                layers.initialize(model.getNDManager(), DataType.FLOAT32, input);
                model.setBlock(layers);
                quantizer(Recipe.optimize(), input).quantize(layers, plain);
                quantizer(recipe, input).quantize(layers, quantized);
            }
            time(name, List.of(plain, quantized), input);
        }
    }

    private void time(String name, List<Path> files, Shape input) throws Exception {
        List<TorchContender> contenders = new ArrayList<>();
        try {
            for (Path file : files) {
                TorchContender contender = new TorchContender(file);
                contenders.add(contender);
                contender.feedNoise(input);
            }
            Turns turns = Turns.measure(contenders, PACE);
            report.add(
                    Report.Row.of(
                                    name + ", its layers alone in libtorch, 1 thread, target here",
                                    turns.millis(0),
                                    "",
                                    turns.millis(1))
                            .withRatio(turns.wallRatio(0, 1)));
        } finally {
            contenders.forEach(TorchContender::close);
        }
    }

    private static Quantizer quantizer(Recipe recipe, Shape input) {
        return Quantizer.builder()
                .optRecipe(recipe)
                .optTarget(Target.Name.HERE)
                .optCalibration(CalibrationData.ofFeeds(() -> noise(input).iterator()))
                .optOverwrite(true)
                .optIgnoreGate(true)
                .optLatency(false)
                .build();
    }

    private static Stream<Map<String, Tensor>> noise(Shape input) {
        Random random = new Random(1);
        return IntStream.range(0, ROWS)
                .mapToObj(
                        row -> {
                            float[] values = TorchContender.noise(random, input);
                            return Map.of("data0", Tensor.ofFloats(values, input.getShape()));
                        });
    }
}
