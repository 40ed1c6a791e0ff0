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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.RecipeException;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.Kernels.PairOrder;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.pytorch.write.AtenGraph;
import io.github.djlquant.recipe.GateThresholds;
import io.github.djlquant.recipe.QuantizedEngine;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.AnswerComparison;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a file is made for runs there, and in a program that sets nothing. */
class EnginePresetsTest {

    /** No gate: weights at random answer at random. */
    private static final GateThresholds OPEN = new GateThresholds(1, 0, 1);

    @TempDir private Path folder;
    private QuantizedEngine before;

    @BeforeEach
    void remember() {
        Libtorch.engine();
        before = EngineInProcess.current();
    }

    @AfterEach
    void putBack() {
        EngineInProcess.select(before);
    }

    /** Dense, depthwise and transposed convolutions, and a head with most of the weights. */
    private static Graph network() {
        Random random = new Random(3);
        List<Integer> one = List.of(1, 1);
        return new AtenGraph("presets")
                .input("x")
                .constant("w1", small(random, 3, 16, 3, 3, 3))
                .constant("b1", small(random, 1, 16))
                .constant("w2", small(random, 3, 16, 1, 3, 3))
                .constant("w3", small(random, 6, 16, 8, 4, 4))
                .constant("w4", small(random, 6, 8, 8, 3, 3))
                .constant("w5", small(random, 12, 40, 8 * 12 * 12))
                .call("aten::conv2d", "c1", "x", "w1", "b1", one, one, one, 1)
                .call("aten::relu", "r1", "c1")
                .call("aten::conv2d", "c2", "r1", "w2", null, one, one, one, 16)
                .call(
                        "aten::conv_transpose2d",
                        "t",
                        "c2",
                        "w3",
                        null,
                        List.of(2, 2),
                        List.of(1, 1),
                        List.of(0, 0),
                        1,
                        one)
                .call("aten::conv2d", "c4", "t", "w4", null, one, one, one, 1)
                .call("aten::flatten", "f", "c4", 1, -1)
                .call("aten::linear", "y", "f", "w5", null)
                .output("y");
    }

    private static Tensor small(Random random, double divisor, long... sizes) {
        float[] elements = GraphBuilder.random(random, sizes).toFloats();
        for (int i = 0; i < elements.length; i++) {
            elements[i] /= (float) divisor;
        }
        return Tensor.ofFloats(elements, sizes);
    }

    private static Map<String, Tensor> feeds(int seed) {
        return Map.of("x", small(new Random(seed), 1, 8, 3, 6, 6));
    }

    private QuantizedModel made(Recipe recipe, Target.Name target) {
        PyTorchBackend backend = new PyTorchBackend();
        Path source = folder.resolve("source.pt");
        backend.write(network(), backend.target(Target.Name.ANY), source);
        return Quantizer.builder()
                .optRecipe(recipe.withGate(OPEN))
                .optTarget(target)
                .optLatency(false)
                .optOverwrite(true)
                .optCalibration(
                        CalibrationData.ofFeeds(
                                IntStream.range(0, 8).mapToObj(EnginePresetsTest::feeds).toList()))
                .build()
                .quantize(source, folder.resolve(recipe.name() + ".pt"));
    }

    private static float[] answers(Path file, QuantizedEngine engine) {
        EngineInProcess.select(engine);
        try (GraphRunner runner = new PyTorchBackend().open(file, RunOptions.DEFAULT)) {
            return runner.run(feeds(99)).values().iterator().next().toFloats();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsMadeForAnEngineRunsThereAndInStockDjl(QuantizedEngine engine) {
        for (Target.Name target : List.of(Target.Name.ANY, Target.Name.HERE)) {
            QuantizedModel model = made(Recipe.staticInt8(engine), target);

            assertThat(model.provenance().recipe().quantizedEngine()).contains(engine);
            assertThat(model.plan().nodes())
                    .filteredOn(node -> !node.op().name().equals("conv_transpose2d"))
                    .hasSameSizeAs(model.plan().nodes())
                    .allSatisfy(node -> assertThat(node.form()).isNotEqualTo(Form.FLOAT));
            float[] exact = answers(folder.resolve("source.pt"), QuantizedEngine.X86);
            for (QuantizedEngine there : List.of(engine, before)) {
                assertThat(AnswerComparison.sqnr(exact, answers(model.file(), there)))
                        .as("%s for %s on %s", engine, target, there)
                        .isGreaterThan(27);
            }
        }
    }

    /** Its zero points tell the engine x86 to leave convolutions to FBGEMM. */
    @Test
    void onlyFbgemmsZeroPointsKeepOneDnnAwayOnEveryCpu() {
        assertThat(packedForOneDnn(made(Recipe.staticInt8(), Target.Name.X86_VNNI))).isEqualTo(4);
        for (Target.Name target : List.of(Target.Name.ANY, Target.Name.X86_VNNI)) {
            assertThat(packedForOneDnn(made(Recipe.staticInt8(QuantizedEngine.FBGEMM), target)))
                    .isZero();
            assertThat(packedForOneDnn(made(Recipe.staticInt8(QuantizedEngine.ONEDNN), target)))
                    .isEqualTo(4);
        }
    }

    /** Convolutions whose weights all have the zero point 0. */
    private static long packedForOneDnn(QuantizedModel model) {
        Graph written = new PyTorchBackend().read(model.file());
        return written.nodes().stream()
                .filter(node -> node.op().name().equals("conv_prepack"))
                .filter(
                        node ->
                                Arrays.stream(
                                                written.constant(node.input(2))
                                                        .orElseThrow()
                                                        .toLongs())
                                        .allMatch(zero -> zero == 0))
                .count();
    }

    @Test
    void onlyFbgemmYieldsFloats() {
        for (QuantizedEngine engine : QuantizedEngine.values()) {
            List<String> calls =
                    new PyTorchBackend()
                                    .read(made(Recipe.staticInt8(engine), Target.Name.ANY).file())
                                    .nodes()
                                    .stream()
                                    .map(Node::op)
                                    .map(op -> op.name())
                                    .toList();
            assertThat(calls)
                    .as(engine.text())
                    .contains(
                            engine == QuantizedEngine.X86 || engine == QuantizedEngine.FBGEMM
                                    ? "linear_with_input_q_dq_qweight_dq_output_fp32"
                                    : "linear");
        }
    }

    @ParameterizedTest
    @EnumSource
    void layersQuantizedAtRunTimeRunEverywhere(QuantizedEngine engine) {
        QuantizedModel model =
                made(Recipe.dynamicInt8().withQuantizedEngine(engine), Target.Name.ANY);
        float[] exact = answers(folder.resolve("source.pt"), QuantizedEngine.X86);
        assertThat(AnswerComparison.sqnr(exact, answers(model.file(), engine))).isGreaterThan(30);
    }

    @ParameterizedTest
    @CsvSource({
        "X86,ROW POSITION DEPTHWISE",
        "FBGEMM,ROW DEPTHWISE",
        "QNNPACK,ROW POSITION DEPTHWISE"
    })
    void neighboursAreThoseOfTheLibrariesThatMayRunTheFile(QuantizedEngine engine, String orders) {
        assertThat(
                        new PyTorchBackend()
                                .target(Target.Name.ANY, Recipe.staticInt8(engine))
                                .kernels()
                                .pairs())
                .containsExactlyElementsOf(
                        Arrays.stream(orders.split(" ")).map(PairOrder::valueOf).toList());
    }

    /** There is no FBGEMM for Arm: libtorch takes QNNPACK, which yields no floats. */
    @Test
    void onArmQnnpackIsTheDefault() {
        PyTorchBackend backend = new PyTorchBackend();
        assertThat(backend.target(Target.Name.ARM64).kernels().library().engine())
                .contains(QuantizedEngine.QNNPACK);
        assertThat(backend.target(Target.Name.ARM64).kernels().library().yieldsFloats()).isFalse();
        assertThatThrownBy(
                        () ->
                                backend.target(
                                        Target.Name.ARM64,
                                        Recipe.staticInt8(QuantizedEngine.FBGEMM)))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("quantizedEngine")
                .hasMessageContaining("onednn, qnnpack")
                .hasMessageContaining("fbgemm for the target arm64");
    }

    @Test
    void whatThisLibtorchLacksIsRefusedBeforeAnyWork() {
        assertThatThrownBy(
                        () ->
                                PyTorchBackend.requireEngine(
                                        QuantizedEngine.QNNPACK,
                                        EnumSet.of(QuantizedEngine.FBGEMM),
                                        Target.Name.HERE,
                                        Recipe.staticInt8(QuantizedEngine.QNNPACK)))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("qnnpack for the target here")
                .hasMessageContaining("expected fbgemm");
    }
}
