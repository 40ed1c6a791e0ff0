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
package io.github.djlquant.trace;

import ai.djl.basicmodelzoo.basic.Mlp;
import ai.djl.basicmodelzoo.cv.classification.AlexNet;
import ai.djl.basicmodelzoo.cv.classification.GoogLeNet;
import ai.djl.basicmodelzoo.cv.classification.LeNet;
import ai.djl.basicmodelzoo.cv.classification.MobileNetV1;
import ai.djl.basicmodelzoo.cv.classification.MobileNetV2;
import ai.djl.basicmodelzoo.cv.classification.NiN;
import ai.djl.basicmodelzoo.cv.classification.ResNetV1;
import ai.djl.basicmodelzoo.cv.classification.SqueezeNet;
import ai.djl.basicmodelzoo.cv.classification.VGG;
import ai.djl.basicmodelzoo.cv.object_detection.ssd.SingleShotDetection;
import ai.djl.basicmodelzoo.cv.object_detection.yolo.YOLOV3;
import ai.djl.basicmodelzoo.tabular.TabNet;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.recurrent.GRU;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.nn.recurrent.RNN;
import ai.djl.nn.transformer.BertBlock;
import ai.djl.nn.transformer.ScaledDotProductAttentionBlock;
import ai.djl.nn.transformer.TransformerEncoderBlock;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.training.initializer.XavierInitializer;
import io.github.djlquant.recipe.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The networks of DJL's basic model zoo and its own Blocks, with random weights and inputs as small
 * as they take.
 *
 * <p>Not among them, as the PyTorch engine does not compute them: transposed convolutions and
 * parametric ReLU (not implemented), recurrent stacks with biases in both directions (DJL hands the
 * biases over in another order than libtorch reads them).
 */
enum ZooModel {
    MLP(
            new Floors(31, 0, 31, 30),
            () -> new Mlp(20, 5, new int[] {16, 12}),
            floats("data", -1, 20)),
    LENET(
            new Floors(60, 57, 60, 37),
            () -> LeNet.builder().setOutSize(10).build(),
            floats("data", -1, 1, 28, 28)),
    RESNET18(
            new Floors(35, 0, 36, 36),
            () ->
                    ResNetV1.builder()
                            .setNumLayers(18)
                            .setOutSize(10)
                            .setImageShape(new Shape(3, 32, 32))
                            .build(),
            floats("data", -1, 3, 32, 32)),
    RESNET50(
            new Floors(39, 0, 38, 35),
            () ->
                    ResNetV1.builder()
                            .setNumLayers(50)
                            .setOutSize(10)
                            .setImageShape(new Shape(3, 32, 32))
                            .build(),
            floats("data", -1, 3, 32, 32)),
    MOBILENET_V1(
            new Floors(35, 0, 35, 34),
            () -> MobileNetV1.builder().setOutSize(10).build(),
            floats("data", -1, 3, 32, 32)),
    MOBILENET_V2(
            new Floors(16, 0, 15, 0),
            () -> MobileNetV2.builder().setOutSize(10).build(),
            floats("data", -1, 3, 32, 32)),
    SQUEEZENET(
            new Floors(36, 0, 36, 0),
            () -> SqueezeNet.squeezenet(10),
            floats("data", -1, 3, 64, 64)),
    GOOGLENET(
            new Floors(36, 0, 35, 37),
            () -> GoogLeNet.builder().setOutSize(10).build(),
            floats("data", -1, 1, 64, 64)),
    NIN(new Floors(29, 0, 29, 0), () -> NiN.builder().build(), floats("data", -1, 1, 96, 96)),
    VGG11(
            new Floors(29, 31, 30, 30),
            () -> VGG.builder().setNumLayers(11).setOutSize(10).build(),
            floats("data", -1, 3, 32, 32)),
    ALEXNET(
            new Floors(36, 34, 36, 31),
            () -> AlexNet.builder().build(),
            floats("data", -1, 1, 96, 96)),
    SSD(new Floors(24, 0, 24, 0), ZooModel::singleShotDetection, floats("data", -1, 3, 64, 64)),
    YOLO_V3(
            new Floors(20, 0, 20, 0),
            () -> YOLOV3.builder().setNumClasses(4).build(),
            floats("data", -1, 3, 64, 64)),
    TABNET(
            new Floors(11, 12, 12, 12),
            () -> TabNet.builder().setInputDim(16).setOutDim(4).build(),
            floats("data", -1, 16)),
    BERT(
            new Floors(35, 37, 41, 37),
            () ->
                    BertBlock.builder()
                            .nano()
                            .optMaxSequenceLength(12)
                            .setTokenDictionarySize(50)
                            .build(),
            ids("tokens", -1, 12),
            ids("types", -1, 12),
            ids("mask", -1, 12)),
    TRANSFORMER_ENCODER(
            new Floors(27, 28, 28, 28),
            () -> new TransformerEncoderBlock(256, 4, 256, 0.1f, Activation::gelu),
            floats("data", -1, -1, 256)),
    ATTENTION(
            new Floors(26, 28, 27, 28),
            () ->
                    ScaledDotProductAttentionBlock.builder()
                            .setEmbeddingSize(256)
                            .setHeadCount(2)
                            .build(),
            floats("data", -1, -1, 256)),
    LSTM_STACK(
            new Floors(37, 37, 0, 0),
            () ->
                    LSTM.builder()
                            .setNumLayers(2)
                            .setStateSize(64)
                            .optBatchFirst(true)
                            .optReturnState(true)
                            .build(),
            floats("data", -1, -1, 16)),
    LARGE_LSTM(
            new Floors(33, 33, 33, 33),
            () -> LSTM.builder().setNumLayers(1).setStateSize(512).optBatchFirst(true).build(),
            floats("data", -1, -1, 64)),
    GRU_STACK(
            new Floors(37, 37, 32, 32),
            () -> GRU.builder().setNumLayers(2).setStateSize(64).optBatchFirst(true).build(),
            floats("data", -1, -1, 16)),
    RNN_STACK(
            new Floors(34, 34, 0, 0),
            () ->
                    RNN.builder()
                            .setNumLayers(2)
                            .setStateSize(64)
                            .setActivation(RNN.Activation.TANH)
                            .optBatchFirst(true)
                            .build(),
            floats("data", -1, -1, 16)),
    LSTM_BOTH_DIRECTIONS(
            new Floors(40, 40, 0, 0),
            () ->
                    LSTM.builder()
                            .setNumLayers(1)
                            .setStateSize(64)
                            .optBidirectional(true)
                            .optHasBiases(false)
                            .optBatchFirst(true)
                            .build(),
            floats("data", -1, -1, 16));

    private final Floors floors;
    private final Supplier<Block> factory;
    private final List<TraceInput> inputs;

    ZooModel(Floors floors, Supplier<Block> factory, TraceInput... inputs) {
        this.floors = floors;
        this.factory = factory;
        this.inputs = List.of(inputs);
    }

    /**
     * Signal to noise ratios in decibels that each quantized output reaches, two or three below
     * what was measured; 0 where the planner refuses with a reason: without data convolutions
     * become slower, and in TorchScript libtorch has no integer kernel for RNN and one for LSTM
     * that pays from about the size of {@link #LARGE_LSTM} on.
     *
     * <p>Two are low whoever quantizes (onnxruntime.quantization ends at 16.1 and 14.5 dB): the 52
     * layers of MobileNetV2 add up their noise, as random weights leave it no redundancy to lose;
     * TabNet's second output is a sum of M log M over masks that jump as features enter and leave.
     * It does so in float: noise of 1 % on the inputs leaves the first output 39 dB and the second
     * 20. Without data int8 keeps 18.7 dB of it over 2,048 rows, onnxruntime.quantization 17.3;
     * over eight rows that happen not to jump it may be 49.
     */
    record Floors(int onnxStatic, int onnxDynamic, int torchStatic, int torchDynamic) {

        int of(Method method, String ending) {
            boolean fixed = method == Method.STATIC;
            return ending.equals(".onnx")
                    ? fixed ? onnxStatic : onnxDynamic
                    : fixed ? torchStatic : torchDynamic;
        }
    }

    Floors floors() {
        return floors;
    }

    List<TraceInput> inputs() {
        return inputs;
    }

    /** DJL's BERT squeezes its second output, so that it loses the batch where that is 1. */
    long smallestBatch() {
        return this == BERT ? 2 : 1;
    }

    /** Random weights, and running statistics that are not the initial zeros and ones. */
    Block create(NDManager manager) {
        Engine.getEngine("PyTorch").setRandomSeed(7);
        Block block = factory.get();
        block.setInitializer(
                this == BERT
                        ? new NormalInitializer(0.02f)
                        : new XavierInitializer(
                                XavierInitializer.RandomType.GAUSSIAN,
                                XavierInitializer.FactorType.IN,
                                2),
                Parameter.Type.WEIGHT);
        Shape[] shapes = inputs.stream().map(input -> closed(input.shape())).toArray(Shape[]::new);
        block.initialize(manager, DataType.FLOAT32, shapes);
        block.getParameters()
                .forEach(
                        entry -> {
                            NDArray array = entry.getValue().getArray();
                            switch (entry.getValue().getType()) {
                                case RUNNING_MEAN, BIAS, BETA ->
                                        array.addi(
                                                manager.randomUniform(
                                                        -0.1f, 0.1f, array.getShape()));
                                case RUNNING_VAR, GAMMA ->
                                        array.muli(
                                                manager.randomUniform(
                                                        0.8f, 1.2f, array.getShape()));
                                default -> {}
                            }
                        });
        return block;
    }

    private static Shape closed(Shape shape) {
        long[] sizes = shape.getShape().clone();
        for (int axis = 0; axis < sizes.length; axis++) {
            sizes[axis] = sizes[axis] == -1 ? axis == 0 ? 1 : 7 : sizes[axis];
        }
        return new Shape(sizes);
    }

    private static TraceInput floats(String name, long... shape) {
        return new TraceInput(name, DataType.FLOAT32, new Shape(shape));
    }

    private static TraceInput ids(String name, long... shape) {
        return new TraceInput(name, DataType.INT64, new Shape(shape));
    }

    private static Block singleShotDetection() {
        List<List<Float>> sizes = new ArrayList<>();
        List<List<Float>> ratios = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ratios.add(List.of(1f, 2f, 0.5f));
            sizes.add(List.of(0.2f + 0.15f * i, 0.27f + 0.15f * i));
        }
        SequentialBlock base = new SequentialBlock();
        for (int filters : new int[] {8, 16, 32}) {
            base.add(SingleShotDetection.getDownSamplingBlock(filters));
        }
        return SingleShotDetection.builder()
                .setNumClasses(2)
                .setNumFeatures(3)
                .optGlobalPool(true)
                .setRatios(ratios)
                .setSizes(sizes)
                .setBaseNetwork(base)
                .build();
    }
}
