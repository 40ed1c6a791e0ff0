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

import ai.djl.nn.Block;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.criteria.CriteriaFixture;
import io.github.djlquant.testkit.criteria.Rows;
import io.github.djlquant.translate.QuantizableModel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

/** {@code Model.quantize()} by several threads at once. */
class QuantizableModelIT extends CriteriaFixture {

    QuantizableModelIT() {
        super(new OnnxNetwork());
    }

    @Test
    void oneThreadQuantizesForAll() throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        try (QuantizableModel<float[], float[]> model =
                QuantizableModel.load(criteria().optTranslator(new Rows(rowShape())).build())) {
            Block before = model.getBlock();
            CompletableFuture<Block> other =
                    CompletableFuture.supplyAsync(() -> quantized(model, start));
            Block mine = quantized(model, start);

            assertThat(mine).isNotSameAs(before).isSameAs(other.get());
            requireOpen(mine);
        }
    }

    private Block quantized(QuantizableModel<?, ?> model, CyclicBarrier start) {
        try {
            start.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        model.quantize(Recipe.staticInt8(), CalibrationData.ofPath(data));
        return model.getBlock();
    }
}
