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
package io.github.djlquant.monitor;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.nn.SymbolBlock;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Tensor;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MonitoredBlockTest {

    /** Its inputs are of a type that no monitor reads, or the baseline is another model's. */
    @Test
    void aModelOfWhichNothingIsSeenIsRefused() {
        Map<String, Tensor> others = Map.of("z", Tensor.ofFloats(new float[] {1, 2}, 2, 1));
        for (Map<String, Tensor> seen : List.of(Map.<String, Tensor>of(), others)) {
            DriftBaseline baseline = DriftBaseline.builder(List.of("x")).add(seen).build();
            DriftMonitor monitor = DriftMonitor.builder().build(baseline);
            assertThatThrownBy(() -> MonitoredBlock.attach(model(), monitor))
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContaining("would see nothing of this model")
                    .hasMessageContaining("[x]");
        }
    }

    private static Model model() {
        SymbolBlock block = proxy(SymbolBlock.class, null);
        return proxy(Model.class, block);
    }

    private static <T> T proxy(Class<T> type, SymbolBlock block) {
        return type.cast(
                Proxy.newProxyInstance(
                        MonitoredBlockTest.class.getClassLoader(),
                        new Class<?>[] {type},
                        (self, method, arguments) ->
                                switch (method.getName()) {
                                    case "getBlock" -> block;
                                    case "getName" -> "model";
                                    default -> throw new AssertionError(method);
                                }));
    }
}
