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

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.plan.NodeDecision;
import io.github.djlquant.plan.ValueDecision;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What exporters write to hide filled places from attention: the lowest float, or infinity, takes
 * the place of their scores. Such values must stay float, must not destroy the ranges of others,
 * and are no fault of the data.
 */
class AttentionMaskTest {

    private static final int TOKENS = 8;
    private static final int SIZE = 32;

    @TempDir private Path folder;

    enum Form {
        LOWEST_ADDED,
        LOWEST_CHOSEN,
        INFINITY_CHOSEN
    }

    private static Graph attention(Form form) {
        GraphBuilder graph =
                GraphBuilder.onnx(17)
                        .input("x", -1, TOKENS, SIZE)
                        .input("mask", -1, TOKENS)
                        .random("wq", SIZE, SIZE)
                        .random("wk", SIZE, SIZE)
                        .random("wv", SIZE, SIZE)
                        .random("wo", SIZE, SIZE)
                        .longs("axis", 1)
                        .floats("one", 1)
                        .floats("small", 0.05f)
                        .floats(
                                "low",
                                form == Form.INFINITY_CHOSEN
                                        ? Float.NEGATIVE_INFINITY
                                        : -Float.MAX_VALUE)
                        .node("MatMul", "q", "x", "wq")
                        .node("MatMul", "k", "x", "wk")
                        .node("MatMul", "v", "x", "wv")
                        .node("Mul", "q1", "q", "small")
                        .node("Transpose", "k1", "k")
                        .with("perm", 0, 2, 1)
                        .node("MatMul", "scores", "q1", "k1")
                        .node("Unsqueeze", "m", "mask", "axis");
        if (form == Form.LOWEST_ADDED) {
            graph.node("Sub", "hidden", "one", "m")
                    .node("Mul", "lows", "hidden", "low")
                    .node("Add", "masked", "scores", "lows");
        } else {
            graph.node("Cast", "seen", "m")
                    .with("to", new Attribute.IntAttribute(9))
                    .node("Where", "masked", "seen", "scores", "low");
        }
        return graph.node("Softmax", "p", "masked")
                .with("axis", -1)
                .node("MatMul", "c", "p", "v")
                .node("MatMul", "y", "c", "wo")
                .output("y")
                .build();
    }

    /** Texts of two to eight tokens, filled up. */
    private static List<Map<String, Tensor>> rows() {
        Random random = new Random(5);
        List<Map<String, Tensor>> rows = new ArrayList<>();
        for (int row = 0; row < 64; row++) {
            float[] mask = new float[TOKENS];
            for (int token = 0; token < TOKENS; token++) {
                mask[token] = token < 2 + row % 7 ? 1 : 0;
            }
            rows.add(
                    Map.of(
                            "x",
                            GraphBuilder.random(random, 1, TOKENS, SIZE),
                            "mask",
                            Tensor.ofFloats(mask, 1, TOKENS)));
        }
        return rows;
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void masksStayFloatAndDoNoHarm(Form form) {
        Path source = folder.resolve("float.onnx");
        OnnxBackend backend = new OnnxBackend();
        backend.write(attention(form), backend.target(Target.Name.ANY), source);
        QuantizedModel model =
                Quantizer.builder()
                        .optRecipe(Recipe.staticInt8())
                        .optCalibration(CalibrationData.ofFeeds(rows()))
                        .optLatency(false)
                        .build()
                        .quantize(source, folder.resolve("int8.onnx"));
        assertThat(model.evaluation().sqnr()).isGreaterThan(25);
        assertThat(model.plan().values())
                .extracting(ValueDecision::value)
                .doesNotContain("masked", "lows", "low");
        assertThat(model.plan().values())
                .filteredOn(value -> value.params() != null)
                .allSatisfy(value -> assertThat(value.params().scale(0)).isLessThan(100));
        assertThat(model.plan().nodes())
                .filteredOn(node -> List.of("Add", "Where").contains(node.op().name()))
                .singleElement()
                .satisfies(
                        node -> {
                            assertThat(node.quantized()).isFalse();
                            assertThat(node.reason()).isNotBlank();
                        });
        assertThat(model.plan().nodes())
                .filteredOn(NodeDecision::quantized)
                .filteredOn(node -> node.op().name().equals("MatMul"))
                .hasSizeGreaterThanOrEqualTo(4);
    }
}
