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
package io.github.djlquant.translate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.Translator;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One translator may serve several models, each by its own quantized form. */
class TranslatorOfTwoModelsTest {

    private static final int SIZE = 256;

    @TempDir Path folder;

    private Model model(String name, long seed) throws Exception {
        Backend backend = Backends.forEngine("OnnxRuntime");
        Path file = folder.resolve(name + ".onnx");
        backend.write(
                GraphBuilder.onnx(17)
                        .input("x", -1, SIZE)
                        .constant("w", GraphBuilder.random(new Random(seed), SIZE, SIZE))
                        .node("MatMul", "y", "x", "w")
                        .output("y")
                        .build(),
                backend.target(Target.Name.ANY),
                file);
        Model model = Model.newInstance(name, "OnnxRuntime");
        model.load(file);
        return model;
    }

    private static float[] predict(Model model, Translator<NDList, NDList> translator)
            throws Exception {
        Tensor row = GraphBuilder.random(new Random(7), 1, SIZE);
        try (Predictor<NDList, NDList> predictor = model.newPredictor(translator);
                NDManager manager = NDManager.newBaseManager("OnnxRuntime")) {
            NDList input =
                    new NDList(
                            manager.create(FloatBuffer.wrap(row.toFloats()), new Shape(1, SIZE)));
            return predictor.predict(input).singletonOrThrow().toFloatArray();
        }
    }

    @Test
    void eachModelAnswersForItself() throws Exception {
        Translator<NDList, NDList> shared =
                new QuantizationTranslator<>(new NoopTranslator(), Recipe.dynamicInt8(), null);
        try (Model first = model("first", 1);
                Model second = model("second", 2)) {
            for (Model model : new Model[] {first, second, first}) {
                float[] exact = predict(model, new NoopTranslator());
                assertThat(predict(model, shared))
                        .isNotEqualTo(exact)
                        .satisfies(y -> assertThat(y).containsExactly(exact, Offset.offset(1f)));
            }
        }
    }
}
