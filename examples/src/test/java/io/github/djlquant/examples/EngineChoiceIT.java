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
package io.github.djlquant.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.trace.BlockExport;
import io.github.djlquant.translate.QuantizationTranslatorFactory;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both engines are on the class path, and the folder holds a model for each. */
class EngineChoiceIT {

    private static final Shape ROWS = new Shape(8, 64);

    @TempDir private Path folder;

    /** Loads the network as int8 and tells which engine ran it. */
    private String load(String engine) throws Exception {
        try (NDManager manager = NDManager.newBaseManager(null, "PyTorch")) {
            Block block =
                    new SequentialBlock()
                            .add(Linear.builder().setUnits(64).build())
                            .add(Activation::relu)
                            .add(Linear.builder().setUnits(10).build());
            block.initialize(manager, DataType.FLOAT32, ROWS);
            NDList rows = new NDList(manager.randomNormal(ROWS));
            CalibrationData data = CalibrationData.ofBatches(List.of(rows));
            BlockExport.write(block, folder.resolve("net.onnx"), new Shape(-1, 64));
            BlockExport.write(block, folder.resolve("net.pt"), new Shape(-1, 64));
            Criteria.Builder<NDList, NDList> criteria =
                    Criteria.builder()
                            .setTypes(NDList.class, NDList.class)
                            .optModelPath(folder)
                            .optModelName("net")
                            .optTranslatorFactory(
                                    QuantizationTranslatorFactory.builder()
                                            .setRecipe(Recipe.staticInt8())
                                            .optCalibration(data)
                                            .optIgnoreGate(true)
                                            .build());
            if (engine != null) {
                criteria.optEngine(engine);
            }
            try (ZooModel<NDList, NDList> int8 = criteria.build().loadModel();
                    Predictor<NDList, NDList> predictor = int8.newPredictor();
                    NDList answer = predictor.predict(rows)) {
                String stated = int8.getProperty("djl-quant.engine");
                assertThat(answer.head().getShape()).isEqualTo(new Shape(8, 10));
                assertThat(int8.getProperty("djl-quant.artifact"))
                        .endsWith(stated.equals("PyTorch") ? ".pt" : ".onnx");
                return stated;
            }
        }
    }

    @Test
    void withoutAWishItIsTheOneThatDjlTakes() throws Exception {
        assertThat(load(null)).isEqualTo(Engine.getDefaultEngineName());
    }

    @ParameterizedTest
    @CsvSource({"PyTorch", "OnnxRuntime"})
    void theUsersWishWins(String engine) throws Exception {
        assertThat(load(engine)).isEqualTo(engine);
    }
}
