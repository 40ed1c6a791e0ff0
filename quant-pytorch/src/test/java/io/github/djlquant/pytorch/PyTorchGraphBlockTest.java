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
package io.github.djlquant.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.testkit.GraphBlockContract;
import io.github.djlquant.trace.GraphBlock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A graph as a DJL block in libtorch, which has gradients. */
class PyTorchGraphBlockTest extends GraphBlockContract {

    @Override
    protected Backend backend() {
        return new PyTorchBackend();
    }

    @Override
    protected Graph graph() {
        return new PyTorchBackendTest().graph();
    }

    @Test
    void weightsTrainAndTheGraphFollows() throws Exception {
        Graph graph = graph();
        try (GraphBlock block = GraphBlock.of(backend(), graph);
                NDManager manager = manager()) {
            assertThat(block.getParameters().keys()).hasSize(3);
            assertThat(block.graph()).isSameAs(graph);
            NDList inputs = new NDList(manager.randomNormal(new Shape(2, 3, 7, 7)));
            ParameterStore store = new ParameterStore(manager, false);
            float before = step(block, store, inputs);
            float after = step(block, store, inputs);

            assertThat(after).isLessThan(before);
            assertThat(block.graph().constants().values())
                    .as("every weight was trained")
                    .doesNotContainAnyElementsOf(graph.constants().values());
            ByteArrayOutputStream saved = new ByteArrayOutputStream();
            block.saveParameters(new DataOutputStream(saved));
            try (GraphBlock loaded =
                    (GraphBlock)
                            new io.github.djlquant.trace.GraphBlockFactory()
                                    .newBlock(null, null, Map.of())) {
                loaded.loadParameters(
                        manager,
                        new DataInputStream(new ByteArrayInputStream(saved.toByteArray())));
                assertThat(loaded.forward(store, inputs, false).head().toFloatArray())
                        .isEqualTo(block.forward(store, inputs, false).head().toFloatArray());
            }
        }
    }

    /** One step down the gradient of the sum of squares. */
    private static float step(GraphBlock block, ParameterStore store, NDList inputs) {
        block.getParameters().values().forEach(p -> p.getArray().setRequiresGradient(true));
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray loss = block.forward(store, inputs, true).head().square().sum();
            collector.backward(loss);
            Optimizer descent =
                    Optimizer.sgd().setLearningRateTracker(Tracker.fixed(1e-4f)).build();
            block.getParameters()
                    .forEach(
                            p ->
                                    descent.update(
                                            p.getKey(),
                                            p.getValue().getArray(),
                                            p.getValue().getArray().getGradient()));
            return loss.getFloat();
        }
    }
}
