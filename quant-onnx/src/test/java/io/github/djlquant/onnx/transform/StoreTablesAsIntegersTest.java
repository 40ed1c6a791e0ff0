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

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.evaluate.SignatureInputs;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTablesAsIntegersTest {

    private static final int ROWS = 2048;

    @TempDir Path folder;

    private static Graph withIds(GraphBuilder builder) {
        Value ids =
                new Value(
                        "ids",
                        new ValueType.TensorType(
                                DataType.INT64,
                                new Shape(
                                        List.of(
                                                new Dimension.Symbolic("batch"),
                                                new Dimension.Symbolic("length")))));
        return builder.build().edit().inputs(old -> List.of(ids)).build();
    }

    private static Graph lookUp(int rows, int columns) {
        return withIds(
                GraphBuilder.onnx(17)
                        .input("ids", 1)
                        .random("table", rows, columns)
                        .node("Gather", "y", "table", "ids")
                        .output("y"));
    }

    @Test
    void storesRowsWithOneScaleEach() {
        Graph graph = lookUp(ROWS, 32);
        DynamicLine line = DynamicLine.of(graph);
        assertThat(line.plan().node("y").orElseThrow().form()).isEqualTo(Form.LOOK_UP);
        String text = line.converted().toString();
        assertThat(text.substring(text.indexOf("%y_quantized = ")))
                .isEqualToNormalizingNewlines(
                        """
                        %y_quantized = Gather(%table_quantized, %ids)
                          %y_scale = Gather(%table_scale, %ids)
                          %y_cast = Cast<to=1>(%y_quantized)
                          %y = Mul(%y_cast, %y_scale)
                        }
                        """);
        assertThat(line.converted().constant("table_quantized").orElseThrow().dataType())
                .isEqualTo(DataType.INT8);
        assertThat(line.converted().constants()).doesNotContainKey("table");
    }

    @Test
    void storesTablesOfStaticModelsToo() {
        Graph graph =
                withIds(
                        GraphBuilder.onnx(17)
                                .input("ids", 1)
                                .random("table", ROWS, 32)
                                .node("Gather", "h", "table", "ids")
                                .random("w", 32, 16)
                                .node("MatMul", "y", "h", "w")
                                .output("y"));
        Map<String, Tensor> feeds = Map.of("ids", Tensor.ofLongs(new long[] {0, 7, 2047, 7}, 2, 2));
        OnnxBackend backend = new OnnxBackend();
        Path source = folder.resolve("float.onnx");
        backend.write(graph, backend.target(Target.Name.ANY), source);
        QuantizedModel model =
                Quantizer.builder()
                        .optRecipe(Recipe.staticInt8())
                        .optCalibration(CalibrationData.ofFeeds(List.of(feeds)))
                        .optLatency(false)
                        .build()
                        .quantize(source, folder.resolve("int8.onnx"));
        assertThat(model.plan().node("h").orElseThrow().form()).isEqualTo(Form.LOOK_UP);
        Graph written = backend.read(model.file());
        assertThat(written.constants()).doesNotContainKey("table");
        assertThat(written.constant("table_quantized").orElseThrow().dataType())
                .isEqualTo(DataType.INT8);
        assertThat(model.evaluation().sqnr()).isGreaterThan(30);
    }

    @Test
    void givesBackRowsUpToHalfAStep() {
        Graph graph = lookUp(ROWS, 32);
        Map<String, Tensor> feeds = Map.of("ids", Tensor.ofLongs(new long[] {0, 7, 2047, 7}, 2, 2));
        OnnxBackend backend = new OnnxBackend();
        try (GraphRunner before = backend.open(graph, RunOptions.DEFAULT);
                GraphRunner after =
                        backend.open(DynamicLine.of(graph).converted(), RunOptions.DEFAULT)) {
            Tensor expected = before.run(feeds).get("y");
            Tensor actual = after.run(feeds).get("y");
            assertThat(actual.shape()).isEqualTo(expected.shape());
            float[] rows = expected.toFloats();
            for (int row = 0; row < 4; row++) {
                float[] wanted = Arrays.copyOfRange(rows, 32 * row, 32 * (row + 1));
                float[] found = Arrays.copyOfRange(actual.toFloats(), 32 * row, 32 * (row + 1));
                float largest = 0;
                for (float element : wanted) {
                    largest = Math.max(largest, Math.abs(element));
                }
                assertThat(found)
                        .containsExactly(
                                wanted,
                                org.assertj.core.data.Offset.offset(largest / 127 * 0.501f));
            }
        }
    }

    @Test
    void doesNotFireOnSmallTables() {
        Graph graph = lookUp(16, 32);
        DynamicLine line = DynamicLine.of(graph);
        assertThat(line.reason("y")).contains("too small");
        assertThat(line.converted()).hasToString(graph.toString());
    }

    @Test
    void doesNotFireOnATableThatIsReadAsAWhole() {
        Graph graph =
                withIds(
                        GraphBuilder.onnx(17)
                                .input("ids", 1)
                                .random("table", ROWS, 32)
                                .node("Gather", "rows", "table", "ids")
                                .node("ReduceMean", "mean", "table")
                                .node("Sub", "y", "rows", "mean")
                                .output("y"));
        assertThat(DynamicLine.of(graph).reason("rows")).contains("read as a whole");
    }

    @Test
    void doesNotFireOnComputedTables() {
        Graph graph =
                withIds(
                        GraphBuilder.onnx(17)
                                .input("ids", 1)
                                .node("Shape", "shape", "ids")
                                .longs("last", 1)
                                .node("Gather", "y", "shape", "last")
                                .output("y"));
        assertThat(DynamicLine.of(graph).reason("y")).contains("computed, not constant");
    }

    @Test
    void verificationLooksUpRowsThatExist() {
        SignatureInputs inputs = new SignatureInputs(lookUp(50, 4), OnnxOpCatalog.catalog());
        long[] ids = inputs.row(1).get("ids").toLongs();
        assertThat(Arrays.stream(ids).boxed()).hasSize(32).allMatch(id -> id >= 0 && id < 50);
        assertThat(Arrays.stream(ids).distinct().count()).isGreaterThan(10);
    }

    @Test
    void verificationLooksUpRowsThatExistAlsoBehindACast() {
        Graph graph =
                withIds(
                        GraphBuilder.onnx(17)
                                .input("ids", 1)
                                .node("Cast", "narrow", "ids")
                                .with("to", 6)
                                .node("Flatten", "flat", "narrow")
                                .random("table", 50, 4)
                                .node("Gather", "y", "table", "flat")
                                .output("y"));
        long[] ids =
                new SignatureInputs(graph, OnnxOpCatalog.catalog()).row(1).get("ids").toLongs();
        assertThat(Arrays.stream(ids).boxed()).allMatch(id -> id >= 0 && id < 50);
        assertThat(Arrays.stream(ids).distinct().count()).isGreaterThan(10);
    }
}
