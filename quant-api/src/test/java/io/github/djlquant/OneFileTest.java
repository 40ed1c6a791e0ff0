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

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.recipe.Recipe;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OneFileTest {

    private static final int SEGMENT = 1 << 20;
    private static final long GIB = 1L << 30;

    /** One buffer many times over stands for a large weight. */
    private static Graph weighing(long bytes) {
        TensorStorage storage =
                TensorStorage.ofSegments(
                        Collections.nCopies((int) (bytes / SEGMENT), ByteBuffer.allocate(SEGMENT)),
                        SEGMENT);
        Tensor weight = new Tensor(DataType.FLOAT, Shape.of(bytes / Float.BYTES), storage);
        return new Graph(
                "large",
                List.of(),
                List.of(),
                List.of(),
                Map.of("w", weight),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }

    private static void require(long bytes, Recipe recipe) {
        OneFile.require(weighing(bytes), recipe, 2 * GIB, Path.of("large.onnx"));
    }

    @Test
    void refusesFloatsThatStayFloat() {
        assertThatThrownBy(() -> require(3 * GIB, Recipe.optimize()))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("large.onnx")
                .hasMessageContaining("at least 3221225472")
                .hasMessageContaining("a recipe that quantizes");
        assertThatCode(() -> require(GIB, Recipe.optimize())).doesNotThrowAnyException();
    }

    @Test
    void countsWhatQuantizedWeightsWouldTake() {
        assertThatCode(() -> require(7 * GIB, Recipe.dynamicInt8())).doesNotThrowAnyException();
        assertThatThrownBy(() -> require(9 * GIB, Recipe.dynamicInt8()))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("at least 2415919104")
                .hasMessageContaining("Split the model");
    }
}
