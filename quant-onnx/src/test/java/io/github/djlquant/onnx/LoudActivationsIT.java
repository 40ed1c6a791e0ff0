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

import static io.github.djlquant.onnx.NetworkForm.three;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.plan.NodeDecision;
import io.github.djlquant.recipe.GateThresholds;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One channel a thousand times as large as the others, which the next layer makes up for. */
class LoudActivationsIT {

    private static final int CHANNELS = 16;
    private static final int LOUDER = 1000;

    @TempDir Path folder;

    /** x -> a -> b (one loud channel) -> pooled -> c (small weights for it) -> d -> y. */
    private static Graph network() {
        GraphBuilder graph = GraphBuilder.onnx(17).input("x", -1, CHANNELS, 16, 16);
        three(graph, "a", "x", CHANNELS, CHANNELS).node("Relu", "ra", "a");
        three(graph, "b", "ra", CHANNELS, CHANNELS)
                .node("Relu", "rb", "b")
                .node("MaxPool", "pooled", "rb")
                .with("kernel_shape", 2, 2)
                .with("strides", 2, 2);
        three(graph, "c", "pooled", CHANNELS, CHANNELS).node("Relu", "rc", "c");
        three(graph, "d", "rc", CHANNELS, CHANNELS).node("Relu", "rd", "d");
        Graph quiet = three(graph, "y", "rd", CHANNELS, CHANNELS).output("y").build();
        return quiet.edit()
                .constant("b.w", scaled(quiet, "b.w", true, LOUDER))
                .constant("b.b", scaled(quiet, "b.b", true, LOUDER))
                .constant("c.w", scaled(quiet, "c.w", false, 1f / LOUDER))
                .build();
    }

    /** The first output's or the first input channel's numbers times a factor. */
    private static Tensor scaled(Graph graph, String name, boolean output, float factor) {
        Tensor tensor = graph.constant(name).orElseThrow();
        float[] values = tensor.toFloats();
        int[] sizes =
                IntStream.range(0, tensor.shape().rank())
                        .map(axis -> (int) tensor.shape().size(axis))
                        .toArray();
        int row = values.length / sizes[0];
        for (int i = 0; i < values.length; i++) {
            boolean first = output ? i < row : i % row < row / CHANNELS;
            values[i] *= first ? factor : 1;
        }
        return Tensor.ofFloats(values, tensor.shape().toArray());
    }

    private QuantizedModel quantized(Recipe recipe, String name) {
        OnnxBackend backend = new OnnxBackend();
        Path source = folder.resolve("float.onnx");
        backend.write(network(), backend.target(Target.Name.ANY), source);
        return Quantizer.builder()
                .optRecipe(recipe.withGate(new GateThresholds(1, 0, 1)))
                .optLatency(false)
                .optCalibration(GraphBuilder.randomBatches(8, "x", 8, CHANNELS, 16, 16))
                .build()
                .quantize(source, folder.resolve(name));
    }

    @Test
    void keepsTheLoudValueAndItsLayersFloatWithTheReason() {
        QuantizedModel model = quantized(Recipe.staticInt8(), "protected.onnx");
        assertThat(model.evaluation().sqnr()).isGreaterThan(25);
        for (String layer : new String[] {"b", "c"}) {
            NodeDecision decision = model.plan().node(layer).orElseThrow();
            assertThat(decision.quantized()).as(layer).isFalse();
            assertThat(decision.reason()).contains("would lose all but its largest elements");
        }
        for (String layer : new String[] {"a", "d", "y"}) {
            assertThat(model.plan().node(layer).orElseThrow().quantized()).as(layer).isTrue();
        }
        assertThat(model.plan().value("rb").orElseThrow().isQuantized()).isFalse();
        assertThat(model.warnings())
                .filteredOn(warning -> warning.contains("it stays float"))
                .singleElement()
                .asString()
                .startsWith("activation %rb: a few elements reach");
    }

    @Test
    void collapsesWithout() {
        QuantizedModel model =
                quantized(Recipe.staticInt8().withProtectOutliers(false), "collapsed.onnx");
        assertThat(model.plan().node("c").orElseThrow().quantized()).isTrue();
        assertThat(model.evaluation().sqnr()).isLessThan(5);
    }
}
