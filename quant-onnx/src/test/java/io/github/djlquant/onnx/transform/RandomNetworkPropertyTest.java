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

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphChecker;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import io.github.djlquant.testkit.reference.ReferenceRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Any small convolutional network survives the line: legal, accepted by the engine, and close. */
class RandomNetworkPropertyTest {

    private static final int CHANNELS = 4;

    /**
     * How many dB below {@link RoundingNoise}'s answer a right network may end. Of 10,000 random
     * networks half end 4.1 dB and more above it (not every value is rounded), one in ten less than
     * 1.6 dB above, one in a hundred 1.2 dB and more below, the worst 5.8 dB below. A floor that is
     * the same for all will not do: a Relu over values nearly all negative, or averages that cancel
     * out, leave an output beside which any rounding is large (46 of the 10,000 come to less than
     * 30 dB, the least to 17).
     */
    private static final double ALLOWED = 12;

    /**
     * How many dB closer the engine's floats are to the oracle's doubles: 24 bits instead of 8 are
     * 96 dB. The least of 10,000 random networks was 92.7 dB.
     */
    private static final double FINER = 80;

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void becomesALegalGraphThatTheEngineRunsCloseToTheSource(@ForAll long seed) {
        Graph graph = network(new Random(seed));
        List<Map<String, Tensor>> batches =
                IntStream.range(0, 3)
                        .mapToObj(i -> TransformAssert.feeds(graph, seed + i))
                        .toList();
        MiniatureLine line = MiniatureLine.of(graph, MiniatureLine.MIN_MAX, batches);
        assertThat(GraphChecker.problems(line.converted(), "converted")).isEmpty();
        OnnxBackend backend = new OnnxBackend();
        List<Map<String, Tensor>> wanted;
        List<Map<String, Tensor>> naive;
        List<Map<String, Tensor>> found;
        List<Map<String, Tensor>> foundNaive;
        try (ReferenceRunner reference = new ReferenceRunner(graph);
                ReferenceRunner literal = new ReferenceRunner(line.converted());
                GraphRunner source = backend.open(graph, RunOptions.DEFAULT);
                GraphRunner quantized = backend.open(line.converted(), RunOptions.DEFAULT)) {
            wanted = batches.stream().map(source::run).toList();
            naive = batches.stream().map(reference::run).toList();
            found = batches.stream().map(quantized::run).toList();
            foundNaive = batches.stream().map(literal::run).toList();
        }
        // A last clamp that leaves nothing but zeros says nothing about decibels.
        Assume.that(MiniatureLine.sqnr(wanted, wanted) > 0);
        double possible = RoundingNoise.sqnr(graph, batches, new Random(seed));
        assertThat(MiniatureLine.sqnr(naive, wanted))
                .as("the oracle against the engine, on floats, for%n%s", graph)
                .isGreaterThan(possible + FINER);
        assertThat(MiniatureLine.sqnr(wanted, found))
                .as("SQNR of%n%s%n%s%nwhich 8 bits may bring to %.1f", graph, line.plan(), possible)
                .isGreaterThan(possible - ALLOWED);
        assertThat(MiniatureLine.sqnr(wanted, foundNaive))
                .as(
                        "the same node by node, without the engine's fusions, for%n%s",
                        line.converted())
                .isGreaterThan(possible - ALLOWED);
    }

    /** Every step reads earlier values of the same shape, so that all combinations are legal. */
    private static Graph network(Random random) {
        GraphBuilder graph = GraphBuilder.onnx(17).input("x", 1, CHANNELS, 8, 8);
        List<String> values = new ArrayList<>(List.of("x"));
        int steps = 2 + random.nextInt(7);
        for (int i = 0; i < steps; i++) {
            String made = "v" + i;
            String read =
                    values.get(values.size() - 1 - random.nextInt(Math.min(2, values.size())));
            step(graph, random, made, read, values);
            values.add(made);
        }
        String last = values.get(values.size() - 1);
        if (random.nextBoolean()) {
            // Without the clamp the averages cancel out, and any rounding looks large beside them.
            graph.node("Relu", "last", last)
                    .node("GlobalAveragePool", "pool", "last")
                    .node("Flatten", "flat", "pool")
                    .random("head.w", 3, CHANNELS)
                    .random("head.b", 3)
                    .node("Gemm", "y", "flat", "head.w", "head.b")
                    .with("transB", 1)
                    .output("y");
        } else {
            graph.output(last);
        }
        return graph.build();
    }

    private static void step(
            GraphBuilder graph, Random random, String made, String read, List<String> values) {
        String other = values.get(random.nextInt(values.size()));
        switch (random.nextInt(8)) {
            case 0 -> convolution(graph, random, made, read, 1);
            case 1 -> convolution(graph, random, made, read, CHANNELS);
            case 2 -> {
                convolution(graph, random, made + ".c", read, 1);
                graph.batchNorm(made, made + ".c", CHANNELS);
            }
            case 3 -> {
                convolution(graph, random, made + ".c", read, 2);
                graph.node("Relu", made, made + ".c");
            }
            case 4 -> graph.node("Add", made, read, other);
            case 5 ->
                    graph.node("MaxPool", made, read)
                            .with("kernel_shape", 3, 3)
                            .with("pads", 1, 1, 1, 1);
            case 6 -> {
                graph.node("Concat", made + ".k", read, other).with("axis", 1);
                graph.constant(made + ".w", weight(random, CHANNELS, 2 * CHANNELS, 1, 1))
                        .node("Conv", made, made + ".k", made + ".w");
            }
            default -> {
                convolution(graph, random, made + ".c", read, 1);
                graph.constant(made + ".low", Tensor.ofFloat(0))
                        .constant(made + ".high", Tensor.ofFloat(6))
                        .node("Clip", made, made + ".c", made + ".low", made + ".high");
            }
        }
    }

    private static void convolution(
            GraphBuilder graph, Random random, String made, String read, int group) {
        graph.constant(made + ".w", weight(random, CHANNELS, CHANNELS / group, 3, 3))
                .random(made + ".b", CHANNELS)
                .node("Conv", made, read, made + ".w", made + ".b")
                .with("pads", 1, 1, 1, 1)
                .with("group", group);
    }

    /**
     * Scaled so that values keep their size through many layers: where they grow, a clamp further
     * on is a step whose side any rounding decides.
     */
    private static Tensor weight(Random random, long... sizes) {
        float[] values = GraphBuilder.random(random, sizes).toFloats();
        double terms = (double) values.length / sizes[0];
        for (int i = 0; i < values.length; i++) {
            values[i] /= (float) Math.sqrt(terms);
        }
        return Tensor.ofFloats(values, sizes);
    }
}
