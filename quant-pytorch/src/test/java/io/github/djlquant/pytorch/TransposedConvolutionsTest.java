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
package io.github.djlquant.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.plan.NodeDecision;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.pytorch.write.AtenGraph;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.AnswerComparison;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Transposed convolutions between other layers, from file to file: integers, or the reason why not.
 */
class TransposedConvolutionsTest {

    @TempDir private Path folder;

    /**
     * A transposed convolution of 32 channels.
     *
     * @param axes positions have so many numbers
     * @param kernel positions along each axis
     * @param more extra positions at the end
     */
    record Layer(
            int axes, int kernel, int stride, int padding, int more, int groups, int dilation) {

        int outputs() {
            return 16 * groups;
        }

        Graph network() {
            Random random = new Random(5);
            AtenGraph graph =
                    new AtenGraph("up")
                            .input("x")
                            .constant("w1", scaled(random, 2, windowed(32, 4, 3)))
                            .constant("w2", scaled(random, 9, windowed(32, 16, kernel)))
                            .constant("b2", scaled(random, 1, outputs()))
                            .constant("w3", scaled(random, 6, windowed(8, outputs(), 3)));
            convolution(graph, "c1", "x", "w1");
            graph.call("aten::relu", "r1", "c1")
                    .call(
                            "aten::conv_transpose" + axes + "d",
                            "t",
                            "r1",
                            "w2",
                            "b2",
                            all(stride),
                            all(padding),
                            all(more),
                            groups,
                            all(dilation))
                    .call("aten::relu", "r2", "t");
            return convolution(graph, "y", "r2", "w3").output("y");
        }

        private AtenGraph convolution(AtenGraph graph, String made, String read, String weight) {
            String op = "aten::conv" + axes + "d";
            return graph.call(op, made, read, weight, null, all(1), all(1), all(1), 1);
        }

        private List<Integer> all(int number) {
            return Collections.nCopies(axes, number);
        }

        private long[] windowed(long first, long second, long size) {
            long[] sizes = new long[axes + 2];
            Arrays.fill(sizes, size);
            sizes[0] = first;
            sizes[1] = second;
            return sizes;
        }

        Map<String, Tensor> feeds(int seed) {
            long[] sizes = windowed(4, 4, axes == 1 ? 24 : 6);
            return Map.of("x", scaled(new Random(seed), 1, sizes));
        }
    }

    private static Tensor scaled(Random random, double divisor, long... sizes) {
        float[] elements = GraphBuilder.random(random, sizes).toFloats();
        for (int i = 0; i < elements.length; i++) {
            elements[i] /= (float) divisor;
        }
        return Tensor.ofFloats(elements, sizes);
    }

    static Stream<Named<Layer>> integers() {
        return Stream.of(
                Named.of("kernel of the stride", new Layer(2, 2, 2, 0, 0, 1, 1)),
                Named.of("padded", new Layer(2, 4, 2, 1, 0, 1, 1)),
                Named.of("padded at one end", new Layer(2, 3, 2, 1, 1, 1, 1)),
                Named.of("stride 1", new Layer(2, 3, 1, 1, 0, 1, 1)),
                Named.of("dilated", new Layer(2, 3, 1, 2, 0, 1, 2)),
                Named.of("grouped", new Layer(2, 4, 2, 1, 0, 2, 1)),
                Named.of("a kernel below the stride", new Layer(2, 3, 4, 0, 1, 1, 1)),
                Named.of("one axis", new Layer(1, 4, 2, 1, 0, 1, 1)),
                Named.of("three axes", new Layer(3, 2, 2, 0, 0, 1, 1)));
    }

    private QuantizedModel made(Layer layer, Target.Name target) {
        return made(layer, target, folder);
    }

    static QuantizedModel made(Layer layer, Target.Name target, Path folder) {
        PyTorchBackend backend = new PyTorchBackend();
        Path source = folder.resolve("source.pt");
        backend.write(layer.network(), backend.target(Target.Name.ANY), source);
        return Quantizer.builder()
                .optRecipe(Recipe.staticInt8())
                .optTarget(target)
                .optLatency(false)
                .optOverwrite(true)
                .optIgnoreGate(true)
                .optCalibration(
                        CalibrationData.ofFeeds(
                                IntStream.range(0, 8).mapToObj(layer::feeds).toList()))
                .build()
                .quantize(source, folder.resolve(target.text() + ".pt"));
    }

    private static float[] answers(Path file, Map<String, Tensor> feeds) {
        try (GraphRunner runner = new PyTorchBackend().open(file, RunOptions.DEFAULT)) {
            return runner.run(feeds).values().iterator().next().toFloats();
        }
    }

    @ParameterizedTest
    @MethodSource
    void integers(Layer layer) {
        for (Target.Name target : List.of(Target.Name.ANY, Target.Name.HERE)) {
            QuantizedModel model = made(layer, target);

            assertThat(model.plan().nodes())
                    .allSatisfy(node -> assertThat(node.form()).isNotEqualTo(Form.FLOAT));
            String kernel = "quantized::conv" + layer.axes() + "d";
            assertThat(operators(model.file()))
                    .noneMatch(op -> op.contains("transpose"))
                    .filteredOn(
                            op -> op.contains("conv" + layer.axes()) || op.contains("quantize_"))
                    .containsExactly("aten::quantize_per_tensor", kernel, kernel, kernel);
            assertThat(
                            AnswerComparison.sqnr(
                                    answers(folder.resolve("source.pt"), layer.feeds(99)),
                                    answers(model.file(), layer.feeds(99))))
                    .as("%s", target)
                    .isGreaterThan(30);
        }
    }

    private static List<String> operators(Path file) {
        return new PyTorchBackend()
                .read(file).nodes().stream().map(node -> node.op().toString()).toList();
    }

    @Test
    void theReasonIsInThePlan() {
        NodeDecision dilated = transposed(new Layer(2, 3, 2, 0, 0, 1, 2));
        assertThat(dilated.form()).isEqualTo(Form.FLOAT);
        assertThat(dilated.reason())
                .contains("wrong or slower than floats", "InterleavePhases", "stride and dilation");
        NodeDecision narrow = transposed(new Layer(2, 2, 2, 0, 0, 2, 1));
        assertThat(narrow.form()).isEqualTo(Form.FLOAT);
        assertThat(narrow.reason()).contains("too few products");
    }

    private NodeDecision transposed(Layer layer) {
        return made(layer, Target.Name.HERE).plan().nodes().stream()
                .filter(node -> node.op().name().equals("conv_transpose2d"))
                .findFirst()
                .orElseThrow();
    }
}
