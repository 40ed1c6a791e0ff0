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

import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.PairedComparison;
import io.github.djlquant.evaluate.metric.Box;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.Role;
import io.github.djlquant.recipe.GateThresholds;
import io.github.djlquant.recipe.Recipe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the default limits of generated text and of boxes stand for, on models that were trained: a
 * sound artifact keeps them with room to spare, and one whose layers keep two bits does not.
 */
class LimitsOfTokensAndBoxesIT {

    /** Of the text that the decoder was trained on. */
    private static final String TEXT =
            "Subject to the terms and conditions of this License, each Contributor hereby grants to"
                    + " You a perpetual, worldwide, non-exclusive, no-charge, royalty-free,"
                    + " irrevocable copyright license to reproduce, prepare Derivative Works of,"
                    + " publicly";

    private static final Set<Role> LAYERS =
            Set.of(Role.CONVOLUTION, Role.LINEAR, Role.MATRIX_PRODUCT);

    @TempDir Path folder;

    private final OnnxBackend backend = new OnnxBackend();

    @Test
    void otherTokens() {
        Path source = Fixture.TEXT_DECODER.copyTo(folder);
        List<Feed> steps = Fixture.singly(Fixture.steps(source, TEXT));
        Path sound = quantized(Fixture.TEXT_DECODER, source, Recipe.dynamicInt8());
        double most = GateThresholds.DEFAULT.maxDivergence();
        assertThat(divergence(source, sound, steps)).isLessThan(most / 2);
        assertThat(divergence(source, rounded(source, 5), steps)).isLessThan(most);
        assertThat(divergence(source, rounded(source, 4), steps)).isGreaterThan(most);
        assertThat(divergence(source, rounded(source, 2), steps)).isGreaterThan(2 * most);
    }

    private double divergence(Path source, Path other, List<Feed> steps) {
        return compare(source, other, steps, PairedComparison.builder())
                .divergences()
                .get(0)
                .rate();
    }

    @Test
    void otherBoxes() {
        Path source = Fixture.BOX_DETECTOR.copyTo(folder);
        List<Feed> scenes = Fixture.BOX_DETECTOR.heldOut(source);
        Path sound = quantized(Fixture.BOX_DETECTOR, source, Recipe.staticInt8());
        double least = GateThresholds.DEFAULT.minDetections();
        assertThat(agreement(source, sound, scenes)).isGreaterThan((1 + least) / 2);
        assertThat(agreement(source, rounded(source, 4), scenes)).isGreaterThan(least);
        assertThat(agreement(source, rounded(source, 3), scenes)).isLessThan(least);
        assertThat(agreement(source, rounded(source, 2), scenes)).isLessThan(least / 2);
    }

    private double agreement(Path source, Path other, List<Feed> scenes) {
        return compare(
                        source,
                        other,
                        scenes,
                        PairedComparison.builder().optDetector(LimitsOfTokensAndBoxesIT::boxes))
                .detections()
                .orElseThrow()
                .agreement();
    }

    private Path quantized(Fixture fixture, Path source, Recipe recipe) {
        Path file = folder.resolve("int8.onnx");
        Quantizer.builder()
                .optRecipe(recipe)
                .optCalibration(CalibrationData.ofFeeds(fixture.calibration(source)))
                .optLatency(false)
                .build()
                .quantize(source, file);
        return file;
    }

    private Evaluation compare(
            Path source, Path other, List<Feed> feeds, PairedComparison.Builder how) {
        try (GraphRunner before = backend.open(source, new RunOptions(0, false));
                GraphRunner after = backend.open(other, RunOptions.DEFAULT)) {
            return how.optGraph(backend.read(source), backend.catalog())
                    .build()
                    .compare(before, after, feeds.iterator());
        }
    }

    /** The anchors that are surer than not. */
    private static List<Box> boxes(Map<String, Tensor> outputs, int row) {
        List<Box> found = new ArrayList<>();
        float[] corners = outputs.get("boxes").toFloats();
        float[] scores = outputs.get("scores").toFloats();
        int kinds = (int) outputs.get("scores").shape().size(2);
        int anchors = (int) outputs.get("boxes").shape().size(1);
        for (int anchor = row * anchors; anchor < (row + 1) * anchors; anchor++) {
            for (int kind = 0; kind < kinds; kind++) {
                if (scores[anchor * kinds + kind] > 0.5f) {
                    int at = anchor * 4;
                    found.add(
                            new Box(
                                    kind,
                                    scores[anchor * kinds + kind],
                                    corners[at],
                                    corners[at + 1],
                                    corners[at + 2],
                                    corners[at + 3]));
                }
            }
        }
        return found;
    }

    /** The source with the weights of all layers on a grid of so many bits, one for each tensor. */
    private Path rounded(Path source, int bits) {
        Graph graph = backend.read(source);
        GraphEditor editor = graph.edit();
        for (Node node : graph.nodes()) {
            if (LAYERS.contains(backend.catalog().role(node))) {
                graph.constant(node.input(1))
                        .filter(weights -> weights.dataType() == DataType.FLOAT)
                        .ifPresent(weights -> editor.constant(node.input(1), grid(weights, bits)));
            }
        }
        Path file = folder.resolve("rounded" + bits + ".onnx");
        backend.write(editor.build(), backend.target(Target.Name.ANY), file);
        return file;
    }

    private static Tensor grid(Tensor weights, int bits) {
        float[] values = weights.toFloats();
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        float step = largest / ((1 << bits - 1) - 1);
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.round(values[i] / step) * step;
        }
        return Tensor.ofFloats(values, weights.shape().toArray());
    }
}
