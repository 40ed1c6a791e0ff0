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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
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
import java.util.stream.LongStream;

/**
 * Adds the nodes of probes to a graph and joins their results to one output.
 *
 * <p>ONNX Runtime walks backwards from the node that was written last and visits, of a node's
 * inputs, the one that was written last first. So the parts are written deepest first: then the
 * probes of a feature map run as soon as it is there, while it is in the cache and before its
 * memory is given to another one. In the natural order all probes would run at the end and every
 * feature map would be kept until then, which costs as much as the inference itself. Results do not
 * depend on it.
 */
final class ProbeNodes {

    private static final long SLICES_BY_INPUTS = 10;

    private static final long NEGATIVE_AXES = 11;

    private static final long END = Integer.MAX_VALUE;

    private final GraphEditor editor;
    private final long opset;
    private final Map<List<Long>, String> vectors = new LinkedHashMap<>();
    private final List<PartNode> parts = new ArrayList<>();
    private final List<PooledChannels.Pool> pools = new ArrayList<>();
    private final List<String> sized = new ArrayList<>();
    private final String joined;
    private final String joinedSizes;

    /** The last nodes of a part wait, so that they can be written in their turn. */
    private record PartNode(List<Node> nodes, int depth, ProbedGraph.Length length) {

        String output() {
            return nodes.get(nodes.size() - 1).output();
        }
    }

    ProbeNodes(Graph graph, GraphEditor editor) {
        this.editor = editor;
        this.opset = graph.opsets().getOrDefault(OpType.ONNX, 0L);
        this.joined = editor.freshName("probe/joined");
        this.joinedSizes = editor.freshName("probe/sizes");
    }

    long opset() {
        return opset;
    }

    String vector(long... elements) {
        return vectors.computeIfAbsent(
                LongStream.of(elements).boxed().toList(),
                key -> editor.newConstant("probe/c", Tensor.ofLongs(elements, elements.length)));
    }

    String filled(float element, long count) {
        float[] elements = new float[Math.toIntExact(count)];
        java.util.Arrays.fill(elements, element);
        return editor.newConstant("probe/c", Tensor.ofFloats(elements, count));
    }

    String node(String op, List<String> inputs, Map<String, Attribute> attributes) {
        Node node = make(OpType.onnx(op), inputs, attributes);
        editor.put(node);
        return node.output();
    }

    /**
     * Adds a matrix whose columns are the last axis.
     *
     * @param read a value
     * @param rank its number of axes; 0 if nothing tells it
     * @return the matrix
     */
    String rows(String read, int rank) {
        if (rank > 0 || opset >= NEGATIVE_AXES) {
            return node("Flatten", List.of(read), Map.of("axis", Attribute.of(rank - 1L)));
        }
        String sizes = node("Shape", List.of(read), Map.of());
        String columns =
                opset >= SLICES_BY_INPUTS
                        ? node("Slice", List.of(sizes, vector(-1), vector(END)), Map.of())
                        : node(
                                "Slice",
                                List.of(sizes),
                                Map.of("starts", ints(-1), "ends", ints(END)));
        List<String> matrix = List.of(vector(-1), columns);
        String target = node("Concat", matrix, Map.of("axis", Attribute.of(0L)));
        return node("Reshape", List.of(read, target), Map.of());
    }

    private static Attribute ints(long element) {
        return new Attribute.IntsAttribute(List.of(element));
    }

    /** An operator of the runtime's own. */
    String ownNode(String op, List<String> inputs) {
        editor.opset(OpType.MICROSOFT, 1);
        Node node = make(new OpType(OpType.MICROSOFT, op), inputs, Map.of());
        editor.put(node);
        return node.output();
    }

    String reduced(String op, String value, long... axes) {
        Node node = reduction(op, value, axes);
        editor.put(node);
        return node.output();
    }

    /**
     * Adds a pooling that leaves one number per row and channel.
     *
     * @param read what is pooled
     * @param map its layout
     * @return its number among the poolings
     */
    int pool(int depth, String op, String read, ConvolutionLayouts.FeatureMap map) {
        Node node = make(OpType.onnx(op), List.of(read), Map.of());
        pools.add(new PooledChannels.Pool(node, depth, map.batchOf(), map.channels()));
        return pools.size() - 1;
    }

    /** Adds a part of one element that holds a scalar. */
    int scalarPart(int depth, String scalar) {
        Node node = make(OpType.onnx("Reshape"), List.of(scalar, vector(-1)), Map.of());
        return part(node, depth, ProbedGraph.Length.fixed(1));
    }

    /**
     * Adds a part of which only the run knows the length.
     *
     * @param size what {@link #size} returned for it or for another one of the same length
     */
    int part(int depth, String op, List<String> inputs, String output, int size) {
        String name = editor.freshName("probe/node/" + op);
        Node node = new Node(name, OpType.onnx(op), inputs, List.of(output), Map.of());
        return part(node, depth, new ProbedGraph.Length(size, 1, 1));
    }

    /** Has the size of a value told with the results. */
    int size(String value) {
        sized.add(value);
        return sized.size() - 1;
    }

    String freshName(String op) {
        return editor.freshName("probe/" + op);
    }

    private int part(Node node, int depth, ProbedGraph.Length length) {
        return part(List.of(node), depth, length);
    }

    /** Adds a part whose nodes, of which the last is the part, are written together. */
    int part(List<Node> nodes, int depth, ProbedGraph.Length length) {
        parts.add(new PartNode(List.copyOf(nodes), depth, length));
        return parts.size() - 1;
    }

    /** The axes became an input with opset 13 for sums and with opset 18 for the others. */
    private Node reduction(String op, String value, long... axes) {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("keepdims", Attribute.of(0));
        List<String> inputs = new ArrayList<>(List.of(value));
        if (axes.length > 0 && opset >= (op.equals("ReduceSum") ? 13 : 18)) {
            inputs.add(vector(axes));
        } else if (axes.length > 0) {
            attributes.put(
                    "axes", new Attribute.IntsAttribute(LongStream.of(axes).boxed().toList()));
        }
        return make(OpType.onnx(op), inputs, attributes);
    }

    Node make(OpType op, List<String> inputs, Map<String, Attribute> attributes) {
        String output = freshName(op.name());
        return new Node(
                editor.freshName("probe/node/" + op.name()),
                op,
                inputs,
                List.of(output),
                attributes);
    }

    /** An input of the graph for one whole number. */
    String numberInput(String name) {
        String fresh = editor.freshName(name);
        Value input = new Value(fresh, new ValueType.TensorType(DataType.INT64, Shape.of(1)));
        editor.inputs(
                present -> {
                    List<Value> more = new ArrayList<>(present);
                    more.add(input);
                    return more;
                });
        return fresh;
    }

    /** Writes what waits; nothing can be added any more. */
    ProbedGraph.Joined join() {
        List<ProbedGraph.Columns> columns = PooledChannels.join(pools, this);
        parts.stream()
                .sorted(java.util.Comparator.comparingInt(PartNode::depth).reversed())
                .forEach(part -> part.nodes().forEach(editor::put));
        // What reads a part must not draw it forward.
        List<String> sizes = sized.stream().map(this::sizeOf).toList();
        if (!sizes.isEmpty()) {
            put("Concat", sizes, joinedSizes);
        }
        put("Concat", parts.stream().map(PartNode::output).toList(), joined);
        return new ProbedGraph.Joined(
                joined,
                parts.stream().map(PartNode::length).toList(),
                columns,
                sizes.isEmpty() ? null : joinedSizes);
    }

    private String sizeOf(String value) {
        String size = node("Size", List.of(value), Map.of());
        return node("Reshape", List.of(size, vector(-1)), Map.of());
    }

    private void put(String op, List<String> inputs, String output) {
        String name = editor.freshName("probe/node/" + op);
        Map<String, Attribute> axis = Map.of("axis", Attribute.of(0));
        editor.put(new Node(name, OpType.onnx(op), inputs, List.of(output), axis));
    }
}
