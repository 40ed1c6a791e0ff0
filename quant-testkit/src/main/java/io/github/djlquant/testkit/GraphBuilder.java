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
package io.github.djlquant.testkit;

import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphChecker;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Builds small graphs for tests, in few words. */
public final class GraphBuilder {

    private final String dialect;
    private final Map<String, Long> opsets;
    private final List<Value> inputs = new ArrayList<>();
    private final List<Value> outputs = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();
    private final Random random = new Random(42);

    private GraphBuilder(String dialect, Map<String, Long> opsets) {
        this.dialect = dialect;
        this.opsets = opsets;
    }

    /**
     * Starts a graph of the ONNX dialect.
     *
     * @param opset the version of the ONNX operators
     * @return a builder
     */
    public static GraphBuilder onnx(long opset) {
        return new GraphBuilder(OpType.ONNX, Map.of(OpType.ONNX, opset));
    }

    /**
     * Starts a graph of TorchScript's dialect, whose operators have no versions.
     *
     * @return a builder
     */
    public static GraphBuilder aten() {
        return new GraphBuilder(OpType.ATEN, Map.of());
    }

    /**
     * Adds a float input.
     *
     * @param name its name
     * @param sizes its shape; a negative first size makes the batch symbolic
     * @return this builder
     */
    public GraphBuilder input(String name, long... sizes) {
        inputs.add(new Value(name, type(DataType.FLOAT, sizes)));
        return this;
    }

    /**
     * Adds an input of 64-bit integers, such as tokens.
     *
     * @param name its name
     * @param sizes its shape; a negative first size makes the batch symbolic
     * @return this builder
     */
    public GraphBuilder integers(String name, long... sizes) {
        inputs.add(new Value(name, type(DataType.INT64, sizes)));
        return this;
    }

    /**
     * Adds an input of 8-bit numbers, such as pixels.
     *
     * @param name its name
     * @param sizes its shape; a negative first size makes the batch symbolic
     * @return this builder
     */
    public GraphBuilder pixels(String name, long... sizes) {
        inputs.add(new Value(name, type(DataType.UINT8, sizes)));
        return this;
    }

    /**
     * Adds a float output.
     *
     * @param name the value that a caller gets
     * @return this builder
     */
    public GraphBuilder output(String name) {
        outputs.add(new Value(name, new ValueType.TensorType(DataType.FLOAT, null)));
        return this;
    }

    /**
     * Adds a constant.
     *
     * @param name its name
     * @param tensor its elements
     * @return this builder
     */
    public GraphBuilder constant(String name, Tensor tensor) {
        constants.put(name, tensor);
        return this;
    }

    /**
     * Adds a float constant.
     *
     * @param name its name
     * @param values its elements, along one axis
     * @return this builder
     */
    public GraphBuilder floats(String name, float... values) {
        return constant(name, Tensor.ofFloats(values, values.length));
    }

    /**
     * Adds an int64 constant.
     *
     * @param name its name
     * @param values its elements, along one axis
     * @return this builder
     */
    public GraphBuilder longs(String name, long... values) {
        return constant(name, Tensor.ofLongs(values, values.length));
    }

    /**
     * Adds a constant of reproducible normal random numbers.
     *
     * @param name its name
     * @param sizes its shape
     * @return this builder
     */
    public GraphBuilder random(String name, long... sizes) {
        return constant(name, random(random, sizes));
    }

    /**
     * Adds a constant of reproducible positive random numbers, as variances are.
     *
     * @param name its name
     * @param size its only extent
     * @return this builder
     */
    public GraphBuilder positive(String name, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = 0.25f + random.nextFloat();
        }
        return constant(name, Tensor.ofFloats(values, size));
    }

    /**
     * Adds a node named as its output.
     *
     * @param op the operator
     * @param output the value made
     * @param inputs the values read
     * @return this builder
     */
    public GraphBuilder node(String op, String output, String... inputs) {
        return node(new OpType(dialect, op), output, inputs);
    }

    /**
     * Adds a node of any dialect, named as its output.
     *
     * @param op the operator
     * @param output the value made
     * @param inputs the values read
     * @return this builder
     */
    public GraphBuilder node(OpType op, String output, String... inputs) {
        nodes.add(new Node(output, op, List.of(inputs), List.of(output), Map.of()));
        return this;
    }

    /**
     * Adds a finished node.
     *
     * @param node the node
     * @return this builder
     */
    public GraphBuilder node(Node node) {
        nodes.add(node);
        return this;
    }

    /**
     * Sets an attribute of the last node.
     *
     * @param key its name
     * @param values an integer if there is one, integers if there are more
     * @return this builder
     */
    public GraphBuilder with(String key, long... values) {
        return with(
                key,
                values.length == 1
                        ? Attribute.of(values[0])
                        : new Attribute.IntsAttribute(
                                java.util.Arrays.stream(values).boxed().toList()));
    }

    /**
     * Sets an attribute of the last node.
     *
     * @param key its name
     * @param value its value
     * @return this builder
     */
    public GraphBuilder with(String key, Attribute value) {
        nodes.add(nodes.remove(nodes.size() - 1).withAttribute(key, value));
        return this;
    }

    /**
     * Adds a batch normalization with random statistics of its own.
     *
     * @param output the value made; also the prefix of the constants' names
     * @param input the value read
     * @param channels the number of channels
     * @return this builder
     */
    public GraphBuilder batchNorm(String output, String input, int channels) {
        return random(output + ".gamma", channels)
                .random(output + ".beta", channels)
                .random(output + ".mean", channels)
                .positive(output + ".var", channels)
                .node(
                        "BatchNormalization",
                        output,
                        input,
                        output + ".gamma",
                        output + ".beta",
                        output + ".mean",
                        output + ".var");
    }

    /**
     * Builds the graph.
     *
     * @return a legal graph
     */
    public Graph build() {
        Graph graph =
                new Graph(
                        "test", inputs, outputs, nodes, constants, Map.of(), opsets, Map.of(),
                        Map.of());
        return GraphChecker.check(graph, "test");
    }

    /**
     * Makes a tensor of normal random numbers.
     *
     * @param random the source
     * @param sizes its shape
     * @return a float tensor
     */
    public static Tensor random(Random random, long... sizes) {
        float[] values = new float[Math.toIntExact(Shape.of(sizes).elementCount())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.ofFloats(values, sizes);
    }

    /**
     * Makes data to calibrate with.
     *
     * @param count the number of batches; a batch's number is the seed of its elements
     * @param input what the model calls its input
     * @param sizes of a batch
     * @return batches as {@link #random} makes them
     */
    public static CalibrationData randomBatches(int count, String input, long... sizes) {
        return CalibrationData.ofFeeds(
                IntStream.range(0, count)
                        .mapToObj(seed -> Map.of(input, random(new Random(seed), sizes)))
                        .toList());
    }

    private static ValueType type(DataType elements, long... sizes) {
        List<Dimension> dimensions = new ArrayList<>();
        for (long size : sizes) {
            dimensions.add(size < 0 ? new Dimension.Symbolic("batch") : new Dimension.Fixed(size));
        }
        return new ValueType.TensorType(elements, new Shape(dimensions));
    }
}
