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
package io.github.djlquant.examples.plugin;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import org.junit.jupiter.api.Test;

class FuseClippedLambdaTest {

    private static Graph clipped(Tensor low, Tensor high, String... outputs) {
        GraphBuilder builder =
                GraphBuilder.onnx(17)
                        .input("x", -1, 4)
                        .constant("low", low)
                        .constant("high", high)
                        .node("Max", "above", "x", "low")
                        .node("Min", "y", "above", "high");
        for (String output : outputs) {
            builder.output(output);
        }
        return builder.build();
    }

    private static TransformAssert transform() {
        return TransformAssert.of(new FuseClippedLambda(), OnnxOpCatalog.catalog());
    }

    @Test
    void twoLimitsAreOneClamp() {
        transform()
                .on(clipped(Tensor.ofFloat(0), Tensor.ofFloat(0.5f), "y"))
                .keepsFunction(0)
                .matches(
                        """
                        graph test(%x: float[batch,4]) -> (%y: float) {
                          %low = float[] {0.0}
                          %high = float[] {0.5}
                          %y = Clip(%x, %low, %high)
                        }
                        """);
    }

    @Test
    void aValueThatIsReadElsewhereStays() {
        transform()
                .on(clipped(Tensor.ofFloat(0), Tensor.ofFloat(6), "y", "above"))
                .doesNotFire("something else reads");
    }

    @Test
    void limitsPerChannelStay() {
        transform()
                .on(clipped(Tensor.ofFloats(new float[4], 4), Tensor.ofFloat(6), "y"))
                .doesNotFire("not one constant number");
    }

    @Test
    void limitsInTheWrongOrderStay() {
        transform()
                .on(clipped(Tensor.ofFloat(6), Tensor.ofFloat(0), "y"))
                .doesNotFire("wrong order");
    }
}
