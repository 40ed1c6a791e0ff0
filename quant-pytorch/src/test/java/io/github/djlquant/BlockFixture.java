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

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A small convolutional network of DJL's, as if trained, and how close another block comes. */
abstract class BlockFixture {

    static final Shape IMAGES = new Shape(8, 3, 16, 16);

    static final String ONNX = "OnnxRuntime";

    NDManager manager;
    Block source;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void makeBlock() {
        manager = NDManager.newBaseManager(null, "PyTorch");
        Engine.getEngine("PyTorch").setRandomSeed(5);
        source =
                new SequentialBlock()
                        .add(convolution(16))
                        .add(BatchNorm.builder().build())
                        .add(Activation.reluBlock())
                        .add(convolution(32))
                        .add(BatchNorm.builder().build())
                        .add(Activation.reluBlock())
                        .add(Pool.globalAvgPool2dBlock())
                        .add(Blocks.batchFlattenBlock())
                        .add(Linear.builder().setUnits(10).build());
        source.initialize(manager, DataType.FLOAT32, IMAGES);
        for (Parameter parameter : source.getParameters().values()) {
            NDArray array = parameter.getArray();
            if (parameter.getType() == Parameter.Type.RUNNING_MEAN) {
                array.addi(manager.randomNormal(array.getShape()).muli(0.2f));
            } else if (parameter.getType() == Parameter.Type.RUNNING_VAR) {
                array.muli(manager.randomUniform(0.5f, 2f, array.getShape()));
            }
        }
    }

    @AfterEach
    void free() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        manager.close();
    }

    private static Block convolution(int filters) {
        return Conv2d.builder()
                .setKernelShape(new Shape(3, 3))
                .optPadding(new Shape(1, 1))
                .setFilters(filters)
                .build();
    }

    <T extends AutoCloseable> T open(T resource) {
        opened.add(0, resource);
        return resource;
    }

    NDArray images(int seed) {
        Engine.getEngine("PyTorch").setRandomSeed(100 + seed);
        return manager.randomNormal(IMAGES);
    }

    float[] answer(Block block, NDArray images) {
        return block.forward(new ParameterStore(manager, false), new NDList(images), false)
                .head()
                .toFloatArray();
    }

    /** In decibels, over the batches that nobody calibrated on. */
    double sqnr(Block block) {
        double signal = 0;
        double noise = 0;
        for (int seed = 50; seed < 54; seed++) {
            NDArray images = images(seed);
            float[] expected = answer(source, images);
            float[] actual = answer(block, images);
            for (int i = 0; i < expected.length; i++) {
                signal += expected[i] * expected[i];
                noise += (expected[i] - actual[i]) * (expected[i] - actual[i]);
            }
        }
        return 10 * Math.log10(signal / noise);
    }
}
