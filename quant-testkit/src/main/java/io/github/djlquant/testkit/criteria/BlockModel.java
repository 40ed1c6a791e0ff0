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
package io.github.djlquant.testkit.criteria;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.repository.zoo.Criteria;
import io.github.djlquant.graph.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A saved DJL Block: a file of parameters, and a Block that takes them. DJL loads it in the engine
 * that trained it; its quantized form may run in another one.
 */
public abstract class BlockModel implements FloatModel {

    private static final int SIZE = 7;

    /** Creates the model. */
    protected BlockModel() {}

    /** The Block, for criteria that say everything by plain strings. */
    public static final class Factory implements BlockFactory {

        private static final long serialVersionUID = 1L;

        /** Creates a factory; DJL does. */
        public Factory() {}

        @Override
        public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments) {
            return block();
        }
    }

    private static Block block() {
        Block residual = new SequentialBlock().add(convolution()).add(BatchNorm.builder().build());
        return new SequentialBlock()
                .add(convolution())
                .add(BatchNorm.builder().build())
                .add(Activation.reluBlock())
                .add(
                        new ParallelBlock(
                                lists -> new NDList(lists.get(0).head().add(lists.get(1).head())),
                                List.of(residual, new LambdaBlock(list -> list, "same"))))
                .add(Activation.reluBlock())
                .add(Pool.globalAvgPool2dBlock());
    }

    private static Block convolution() {
        return Conv2d.builder()
                .setFilters(16)
                .setKernelShape(new Shape(3, 3))
                .optPadding(new Shape(1, 1))
                .build();
    }

    @Override
    public String engine() {
        return "PyTorch";
    }

    @Override
    public long[] rowShape() {
        return new long[] {1, 3, SIZE, SIZE};
    }

    @Override
    public Map<String, Tensor> feeds(int rows, long seed) {
        Random random = new Random(seed);
        float[] elements = new float[rows * 3 * SIZE * SIZE];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = (float) random.nextGaussian() / 3;
        }
        return Map.of("input0", Tensor.ofFloats(elements, rows, 3, SIZE, SIZE));
    }

    @Override
    public String fileName(String name) {
        return name + "-0000.params";
    }

    @Override
    public Path save(Path folder, String name) throws IOException {
        Engine.getEngine(engine()).setRandomSeed(5);
        try (Model model = Model.newInstance(name, engine())) {
            Block block = block();
            block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(rowShape()));
            for (Parameter parameter : block.getParameters().values()) {
                NDArray array = parameter.getArray();
                switch (parameter.getType()) {
                    case RUNNING_MEAN, BIAS, BETA ->
                            array.addi(array.getManager().randomNormal(array.getShape()).div(5));
                    case RUNNING_VAR ->
                            array.muli(array.getManager().randomUniform(0.5f, 2, array.getShape()));
                    default -> {}
                }
            }
            model.setBlock(block);
            model.save(folder, name);
        }
        return folder.resolve(fileName(name));
    }

    /** DJL looks for parameters by the name of the model, which is that of the folder. */
    @Override
    public Path location(Path file) {
        return file.getParent();
    }

    @Override
    public <I, O> Criteria.Builder<I, O> describe(Criteria.Builder<I, O> criteria) {
        criteria.optEngine(engine()).optBlock(block());
        if (!backend().getEngineName().equals(engine())) {
            criteria.optArgument("blockEngine", backend().getEngineName());
        }
        return criteria;
    }

    @Override
    public Map<String, String> arguments() {
        return Map.of("blockFactory", Factory.class.getName());
    }

    @Override
    public Model load(Path file) throws IOException, MalformedModelException {
        String name = file.getFileName().toString().replace(fileName(""), "");
        Model model = Model.newInstance(name, engine());
        model.setBlock(block());
        model.load(file.getParent());
        return model;
    }

    @Override
    public boolean isFreed(Block block) {
        return block.getParameters().values().stream().noneMatch(Parameter::isInitialized);
    }
}
