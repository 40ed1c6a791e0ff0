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

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import io.github.djlquant.Quantizer;
import io.github.djlquant.VerifiedBlock;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.plan.NodeDecision;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A network with operators written by hand, which djl-quant alone would leave in float. */
class PluginIT {

    private static final Shape IMAGES = new Shape(8, 3, 12, 12);

    private static Block convolution(int filters) {
        return Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(filters).build();
    }

    private static LambdaBlock clipped(double limit) {
        return new LambdaBlock(x -> new NDList(x.singletonOrThrow().maximum(0).minimum(limit)));
    }

    @ParameterizedTest
    @CsvSource({
        "OnnxRuntime, FuseClippedLambda, Clip, ReduceMax, ReduceMax",
        "PyTorch, FuseClippedTorchLambda, clamp, amax, _make_per_tensor_quantized_tensor"
    })
    void itsRulesHoldWithoutATouchOfOurModules(
            String engine, String fusion, String clamp, String maximum, String kernel) {
        try (NDManager manager = NDManager.newBaseManager(null, "PyTorch")) {
            Engine.getEngine("PyTorch").setRandomSeed(3);
            Block block =
                    new SequentialBlock()
                            .add(convolution(16))
                            .add(clipped(0.5))
                            .add(convolution(32))
                            .add(clipped(50))
                            .add(x -> new NDList(x.singletonOrThrow().max(new int[] {3})))
                            .add(x -> new NDList(x.singletonOrThrow().max(new int[] {2})))
                            .add(Linear.builder().setUnits(10).build());
            block.initialize(manager, DataType.FLOAT32, IMAGES);
            CalibrationData data =
                    CalibrationData.ofBatches(
                            IntStream.range(0, 8)
                                    .mapToObj(i -> new NDList(manager.randomNormal(IMAGES)))
                                    .toList());
            Quantizer quantizer =
                    Quantizer.builder()
                            .optCalibration(data)
                            .optEngine(engine)
                            .optLatency(false)
                            .build();
            try (VerifiedBlock int8 = quantizer.quantize(block)) {
                assertThat(int8.model().notes())
                        .filteredOn(note -> note.fired())
                        .extracting(note -> note.transform())
                        .contains(fusion, "FixClippedRange");
                assertThat(int8.model().notes())
                        .filteredOn(note -> note.transform().equals("FixClippedRange"))
                        .as("by its own observer")
                        .satisfiesExactlyInAnyOrder(
                                note -> {
                                    assertThat(note.fired()).isTrue();
                                    assertThat(note.reason()).containsPattern("0\\.[0-9]+ of the");
                                },
                                note -> {
                                    assertThat(note.fired()).isFalse();
                                    assertThat(note.reason())
                                            .isEqualTo("0.0 of the data come near 50.0");
                                });
                assertThat(int8.model().plan().nodes())
                        .as("%s", int8.model().plan())
                        .filteredOn(node -> node.op().name().equals(clamp))
                        .hasSize(2)
                        .allMatch(node -> node.form() == NodeDecision.Form.ABSORBED);
                assertThat(int8.model().plan().nodes())
                        .filteredOn(node -> node.op().name().equals(maximum))
                        .hasSize(2)
                        .allMatch(node -> node.form() == NodeDecision.Form.MOVES_INTEGERS);
                assertThat(int8.graph().nodes())
                        .as("%s", int8.graph())
                        .filteredOn(node -> node.op().name().equals(kernel))
                        .hasSize(2);
                NDArray images = manager.randomNormal(IMAGES);
                ParameterStore store = new ParameterStore(manager, false);
                NDArray expected = block.forward(store, new NDList(images), false).head();
                NDArray actual = int8.forward(store, new NDList(images), false).head();
                float noise = actual.sub(expected).square().mean().getFloat();
                float signal = expected.square().mean().getFloat();
                assertThat(10 * Math.log10(signal / noise)).isGreaterThan(25);
            }
        }
    }
}
