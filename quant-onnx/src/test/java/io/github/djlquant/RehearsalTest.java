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

import io.github.djlquant.calibrate.RangeMethod;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RehearsalTest {

    private static final Graph NETWORK =
            GraphBuilder.onnx(17)
                    .input("x", -1, 3, 8, 8)
                    .random("w", 8, 3, 3, 3)
                    .random("b", 8)
                    .node("Conv", "c", "x", "w", "b")
                    .batchNorm("n", "c", 8)
                    .node("Relu", "r", "n")
                    .random("v", 8, 8, 3, 3)
                    .node("Conv", "y", "r", "v")
                    .output("y")
                    .build();

    /** A stage that can't work on made up ranges would end it, unseen by anybody. */
    @Test
    void goesThroughAllStages() {
        for (Recipe recipe :
                new Recipe[] {
                    Recipe.staticInt8(), Recipe.staticInt8().withRanges(new RangeMethod.MinMax())
                }) {
            assertThat(new Rehearsal(recipe, new OnnxBackend(), () -> true).on(NETWORK)).isTrue();
        }
    }

    @Test
    void endsWhenTheProcessorIsNeeded() {
        AtomicInteger asked = new AtomicInteger();
        boolean whole =
                new Rehearsal(
                                Recipe.staticInt8(),
                                new OnnxBackend(),
                                () -> asked.incrementAndGet() < 2)
                        .on(NETWORK);
        assertThat(whole).isFalse();
        assertThat(asked).hasValue(2);
    }
}
