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
package io.github.djlquant.onnx.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.calibrate.ChannelProfiler;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.plan.OutlierChannels;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.recipe.Scope;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.equalize.DivideOutlierChannels;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DivideOutlierChannelsTest {

    private static final int CHANNELS = 128;

    /** This channel is larger than the others. */
    private static final int LARGE = 99;

    private final OnnxBackend backend = new OnnxBackend();

    /** Channels of one size, but for one. */
    private static Tensor channels(float large) {
        float[] sizes = new float[CHANNELS];
        Arrays.fill(sizes, 1);
        sizes[LARGE] = large;
        return Tensor.ofFloats(sizes, CHANNELS);
    }

    private static GraphBuilder input(float large) {
        return GraphBuilder.onnx(17)
                .input("x", 16, CHANNELS)
                .constant("size", channels(large))
                .node("Mul", "h", "x", "size");
    }

    private static Graph products(float large) {
        return input(large)
                .random("w", CHANNELS, 160)
                .node("MatMul", "y", "h", "w")
                .random("v", 144, CHANNELS)
                .node("Gemm", "z", "h", "v")
                .with("transB", 1)
                .node("Relu", "r", "h")
                .output("y")
                .output("z")
                .output("r")
                .build();
    }

    private static TransformContext context(Recipe recipe) {
        return new TransformContext(OnnxOpCatalog.catalog(), recipe, MiniatureLine.ANY);
    }

    private TransformContext profiled(Graph graph, Recipe recipe) {
        TransformContext context = context(recipe);
        List<String> values = new OutlierChannels(graph, context).values();
        List<Map<String, Tensor>> batches =
                List.of(TransformAssert.feeds(graph, 5), TransformAssert.feeds(graph, 6));
        return context.withChannels(
                ChannelProfiler.profile(backend, graph, values, batches, RunOptions.DEFAULT));
    }

    private TransformAssert assertOn(Graph graph) {
        return TransformAssert.of(
                        new DivideOutlierChannels(), profiled(graph, Recipe.dynamicInt8()))
                .on(graph);
    }

    private double sqnr(Graph before, Graph after) {
        Map<String, Tensor> feeds = TransformAssert.feeds(before, 1);
        try (GraphRunner a = backend.open(before, RunOptions.DEFAULT);
                GraphRunner b = backend.open(after, RunOptions.DEFAULT)) {
            return MiniatureLine.sqnr(a.run(feeds), b.run(feeds));
        }
    }

    @Test
    void dividesTheValueAndMultipliesTheWeights() {
        Graph graph = products(30);
        Graph divided = assertOn(graph).keepsFunction(1e-3).result();
        assertThat(divided.node("y").orElseThrow().input(0)).isEqualTo("h_divided");
        assertThat(divided.node("z").orElseThrow().input(0)).isEqualTo("h_divided");
        assertThat(divided.node("r").orElseThrow().input(0)).as("no product").isEqualTo("h");
        float[] by = divided.constant("h_divided_by").orElseThrow().toFloats();
        assertThat(by[LARGE]).isBetween(1 / 40f, 1 / 4f);
        int untouched = 0;
        for (float factor : by) {
            untouched += factor == 1 ? 1 : 0;
        }
        assertThat(untouched).isGreaterThan(CHANNELS / 2);
    }

    @Test
    void saysWhatStandsOut() {
        Graph graph = products(30);
        TransformContext context = profiled(graph, Recipe.dynamicInt8());
        TransformAssert.of(new DivideOutlierChannels(), context).on(graph);
        assertThat(context.notes())
                .filteredOn(TransformContext.Note::fired)
                .singleElement()
                .satisfies(
                        note ->
                                assertThat(note.reason())
                                        .contains("channel " + LARGE + " reaches")
                                        .contains("dB"));
    }

    @ParameterizedTest
    @ValueSource(floats = {20, 60, 200})
    void losesLessInEightBits(float large) {
        Graph graph = products(large);
        Graph divided = assertOn(graph).result();
        double before = sqnr(graph, DynamicLine.of(graph).converted());
        double after = sqnr(graph, DynamicLine.of(divided).converted());
        assertThat(after).as("before: %.1f dB", before).isGreaterThan(before + 3);
    }

    @Test
    void leavesEvenChannelsAlone() {
        assertOn(products(1.5f)).doesNotFire();
    }

    @Test
    void leavesWeightsAloneThatAreReadElsewhere() {
        Graph graph =
                input(30)
                        .random("w", CHANNELS, CHANNELS)
                        .node("MatMul", "y", "h", "w")
                        .node("MatMul", "z", "x", "w")
                        .output("y")
                        .output("z")
                        .build();
        assertThat(new OutlierChannels(graph, context(Recipe.dynamicInt8())).values()).isEmpty();
    }

    @Test
    void leavesSmallProductsAlone() {
        Graph graph =
                input(30)
                        .random("w", CHANNELS, 8)
                        .node("MatMul", "y", "h", "w")
                        .output("y")
                        .build();
        assertThat(new OutlierChannels(graph, context(Recipe.dynamicInt8())).values()).isEmpty();
    }

    @Test
    void doesNotLookAtConvolutionalModels() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 1, 64, 4, 4)
                        .random("c", 64, 64, 3, 3)
                        .node("Conv", "y", "x", "c")
                        .with("pads", 1, 1, 1, 1)
                        .node("Flatten", "f", "y")
                        .random("w", 1024, 32)
                        .node("MatMul", "z", "f", "w")
                        .output("z")
                        .build();
        assertThat(new OutlierChannels(graph, context(Recipe.dynamicInt8())).values()).isEmpty();
    }

    @Test
    void looksOnlyAtWhatWillBeRounded() {
        Recipe recipe = Recipe.dynamicInt8();
        assertThat(new OutlierChannels(products(30), context(recipe)).values())
                .containsExactly("h");
        assertThat(
                        new OutlierChannels(
                                        products(30),
                                        context(
                                                recipe.withScope(
                                                        new Scope(
                                                                List.of(),
                                                                List.of("z"),
                                                                List.of()))))
                                .values())
                .as("one of the two stays float and goes on reading the value itself")
                .containsExactly("h");
        assertThat(
                        new OutlierChannels(
                                        products(30),
                                        context(
                                                recipe.withScope(
                                                        new Scope(
                                                                List.of(),
                                                                List.of(),
                                                                List.of("MatMul", "Gemm")))))
                                .values())
                .isEmpty();
    }

    /** The decision rests on formulas; rounding agrees with them. */
    @ParameterizedTest
    @ValueSource(floats = {12, 40, 150})
    void predictsTheNoiseOfRounding(float large) {
        Graph graph =
                input(large)
                        .random("w", CHANNELS, 1024)
                        .node("MatMul", "y", "h", "w")
                        .output("y")
                        .build();
        TransformContext context = profiled(graph, Recipe.dynamicInt8());
        Graph divided = TransformAssert.of(new DivideOutlierChannels(), context).on(graph).result();
        Matcher decibels =
                Pattern.compile("from (\\d+) to (\\d+) dB")
                        .matcher(context.notes().get(0).reason());
        assertThat(decibels.find()).isTrue();
        assertThat(sqnr(graph, DynamicLine.of(graph).converted()))
                .isCloseTo(Double.parseDouble(decibels.group(1)), within(3.5));
        assertThat(sqnr(divided, DynamicLine.of(divided).converted()))
                .isCloseTo(Double.parseDouble(decibels.group(2)), within(3.5));
    }
}
