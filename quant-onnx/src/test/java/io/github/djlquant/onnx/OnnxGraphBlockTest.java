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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.testkit.GraphBlockContract;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.trace.GraphBlock;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

/** A graph as a DJL block in ONNX Runtime. */
class OnnxGraphBlockTest extends GraphBlockContract {

    @Override
    protected Backend backend() {
        return new OnnxBackend();
    }

    @Override
    protected Graph graph() {
        return GraphBuilder.onnx(17)
                .input("x", -1, 3, 8, 8)
                .random("w", 4, 3, 3, 3)
                .node("Conv", "c", "x", "w")
                .batchNorm("n", "c", 4)
                .node("Relu", "y", "n")
                .output("y")
                .build();
    }

    @Test
    void aTrainingPassNamesTheEngineThatCanDoIt() {
        try (GraphBlock block = GraphBlock.of(backend(), graph());
                NDManager manager = manager()) {
            NDList inputs = new NDList(manager.zeros(new Shape(1, 3, 8, 8)));

            assertThat(block.getDirectParameters().isEmpty()).isTrue();
            assertThatThrownBy(
                            () -> block.forward(new ParameterStore(manager, false), inputs, true))
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContaining("gradients")
                    .hasMessageContaining("PyTorch");
        }
    }

    @Test
    void anInputOnAGpuIsRefused() {
        try (GraphBlock block = GraphBlock.of(backend(), graph());
                NDManager manager = manager()) {
            NDArray real = manager.zeros(new Shape(1, 3, 8, 8));
            NDArray onGpu =
                    (NDArray)
                            Proxy.newProxyInstance(
                                    NDArray.class.getClassLoader(),
                                    new Class<?>[] {NDArray.class},
                                    (proxy, called, arguments) ->
                                            called.getName().equals("getDevice")
                                                    ? Device.gpu()
                                                    : called.invoke(real, arguments));
            assertThatThrownBy(
                            () ->
                                    block.forward(
                                            new ParameterStore(manager, false),
                                            new NDList(onGpu),
                                            false))
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContainingAll("gpu(0)", "toDevice(Device.cpu(), false)");
        }
    }
}
