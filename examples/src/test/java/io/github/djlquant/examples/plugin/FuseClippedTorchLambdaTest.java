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
import io.github.djlquant.pytorch.PyTorchBackend;
import io.github.djlquant.pytorch.op.AtenOpCatalog;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import org.junit.jupiter.api.Test;

class FuseClippedTorchLambdaTest {

    private static Graph clipped(float low, float high, String... outputs) {
        GraphBuilder builder =
                GraphBuilder.aten()
                        .input("x", -1, 4)
                        .constant("low", Tensor.ofFloat(low))
                        .constant("high", Tensor.ofFloat(high))
                        .node("maximum", "above", "x", "low")
                        .node("minimum", "y", "above", "high");
        for (String output : outputs) {
            builder.output(output);
        }
        return builder.build();
    }

    private static TransformAssert transform() {
        return TransformAssert.of(new FuseClippedTorchLambda(), AtenOpCatalog.catalog());
    }

    @Test
    void twoLimitsAreOneClamp() {
        transform()
                .on(clipped(0, 0.5f, "y"))
                .keepsFunction(0, new PyTorchBackend())
                .matches(
                        """
                        graph test(%x: float[batch,4]) -> (%y: float) {
                          %y = aten::clamp<min=0.0, max=0.5>(%x, _, _)
                        }
                        """);
    }

    @Test
    void whatIsNoClampStays() {
        transform().on(clipped(0, 6, "y", "above")).doesNotFire("something else reads");
        transform().on(clipped(6, 0, "y")).doesNotFire("no interval");
    }
}
