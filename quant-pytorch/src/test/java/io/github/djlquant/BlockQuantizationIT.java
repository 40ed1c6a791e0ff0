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
package io.github.djlquant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Node;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.trace.GraphBlock;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a DJL block to int8 and back, against the block itself. */
class BlockQuantizationIT extends BlockFixture {

    @TempDir private Path folder;

    private static List<String> operators(GraphBlock block) {
        return block.graph().nodes().stream().map(Node::op).map(op -> op.name()).toList();
    }

    @Test
    void fusingKeepsTheFunctionAndTheSource() {
        float[] expected = answer(source, images(1));
        float[] weights = source.getParameters().valueAt(0).getArray().toFloatArray();
        GraphBlock fused = open(Quantizer.builder().build().fuse(source));

        assertThat(operators(fused)).isNotEmpty().noneMatch(op -> op.contains("atch"));
        assertThat(answer(fused, images(1))).containsExactly(expected, within(1e-4f));
        assertThat(source.getParameters().valueAt(0).getArray().toFloatArray()).isEqualTo(weights);
        assertThat(answer(source, images(1))).isEqualTo(expected);
    }

    /** Each block owns what it runs on; the source is nobody's but the caller's. */
    @Test
    void noBlockNeedsAnotherAfterwards() {
        List<float[]> before =
                source.getParameters().values().stream()
                        .map(p -> p.getArray().toFloatArray())
                        .toList();
        float[] exact = answer(source, images(1));
        Quantizer quantizer = Quantizer.builder().build();
        GraphBlock fused = quantizer.fuse(source);
        PreparedBlock prepared = quantizer.prepare(source);
        IntStream.range(0, 2).forEach(seed -> answer(prepared, images(seed)));
        VerifiedBlock int8 = open(quantizer.convert(prepared));
        float[] converted = answer(int8, images(1));

        fused.close();
        prepared.close();

        assertThat(source.getParameters().values())
                .extracting(p -> p.getArray().toFloatArray())
                .usingRecursiveComparison()
                .isEqualTo(before);
        assertThat(answer(source, images(1))).isEqualTo(exact);
        assertThat(answer(int8, images(1))).isEqualTo(converted);
        source.clear();
        assertThat(answer(int8, images(1))).isEqualTo(converted);
        assertThatThrownBy(() -> answer(prepared, images(1))).isNotNull();
    }

    @Test
    void quantizesToEitherFormatOrInMemory() {
        CalibrationData data =
                CalibrationData.ofBatches(
                        IntStream.range(0, 8).mapToObj(i -> new NDList(images(i))).toList());
        Quantizer quantizer = Quantizer.builder().optCalibration(data).optLatency(false).build();

        VerifiedBlock inMemory = open(quantizer.quantize(source));
        assertThat(inMemory.backend().getEngineName()).isEqualTo(ONNX);
        assertThat(sqnr(inMemory)).isGreaterThan(25);
        for (String ending : List.of(".onnx", ".pt")) {
            Path file = folder.resolve("int8" + ending);
            QuantizedModel made = quantizer.quantize(source, file);
            assertThat(made.file()).isEqualTo(file).exists();
            assertThat(sqnr(open(GraphBlock.open(file)))).as(ending).isGreaterThan(25);
        }
        assertThatThrownBy(() -> quantizer.quantize(source, folder.resolve("int8.tflite")))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("tflite");
        assertThat(sqnr(open(Quantizer.quantize(source, data, Recipe.staticInt8()))))
                .isGreaterThan(25);
    }

    @Test
    void aSavedModelLoadsThroughCriteria() throws Exception {
        CalibrationData data =
                CalibrationData.ofBatches(
                        IntStream.range(0, 4).mapToObj(i -> new NDList(images(i))).toList());
        VerifiedBlock int8 =
                open(
                        Quantizer.builder()
                                .optCalibration(data)
                                .optLatency(false)
                                .build()
                                .quantize(source));
        try (Model model = Model.newInstance("int8", "PyTorch")) {
            model.setBlock(int8);
            model.save(folder, "int8");
            float[] expected = answer(int8, images(9));
            Criteria<NDList, NDList> criteria =
                    Criteria.builder()
                            .setTypes(NDList.class, NDList.class)
                            .optEngine("PyTorch")
                            .optModelPath(folder)
                            .optModelName("int8")
                            .optTranslator(new NoopTranslator())
                            .optArgument(
                                    "blockFactory", "io.github.djlquant.trace.GraphBlockFactory")
                            .build();
            try (ZooModel<NDList, NDList> loaded = criteria.loadModel();
                    Predictor<NDList, NDList> predictor = loaded.newPredictor()) {
                assertThat(predictor.predict(new NDList(images(9))).head().toFloatArray())
                        .containsExactly(expected);
            }
        }
    }
}
