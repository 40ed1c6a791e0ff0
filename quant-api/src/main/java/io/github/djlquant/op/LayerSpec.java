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
package io.github.djlquant.op;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * What an operator's row says of it as a layer: how its weights lie and how its windows slide.
 * Immutable.
 */
public final class LayerSpec {

    private final BiFunction<Graph, Node, Optional<Integer>> weightAxis;
    private final int channelAxis;
    private final ToIntFunction<Node> timeAxis;
    private final BiFunction<Graph, Node, List<String>> cellWeights;
    private final Windows windows;

    private LayerSpec(
            BiFunction<Graph, Node, Optional<Integer>> weightAxis,
            int channelAxis,
            ToIntFunction<Node> timeAxis,
            BiFunction<Graph, Node, List<String>> cellWeights,
            Windows windows) {
        this.weightAxis = Objects.requireNonNull(weightAxis, "weightAxis");
        this.channelAxis = channelAxis;
        this.timeAxis = Objects.requireNonNull(timeAxis, "timeAxis");
        this.cellWeights = Objects.requireNonNull(cellWeights, "cellWeights");
        this.windows = Objects.requireNonNull(windows, "windows");
    }

    /** No axis of a weight, no window; a recurrent layer's weights at the ports of that name. */
    static LayerSpec at(Map<Port, Integer> ports) {
        return new LayerSpec(
                (g, n) -> Optional.empty(),
                1,
                n -> 0,
                (g, n) ->
                        Stream.of(Port.WEIGHT, Port.RECURRENCE)
                                .map(ports::get)
                                .filter(index -> index != null && n.hasInput(index))
                                .map(n::input)
                                .toList(),
                Windows.NONE);
    }

    /**
     * Sets the output-channel axis of the weight; for a look-up, the axis that numbers the rows of
     * the table.
     *
     * @param axis the axis given graph and node
     * @return a copy
     */
    public LayerSpec withWeightAxis(BiFunction<Graph, Node, Optional<Integer>> axis) {
        return new LayerSpec(axis, channelAxis, timeAxis, cellWeights, windows);
    }

    /**
     * Sets which axis of a layer's input has one weight for each index.
     *
     * @param axis the axis, from the end if negative
     * @return a copy
     */
    public LayerSpec withChannelAxis(int axis) {
        return new LayerSpec(weightAxis, axis, timeAxis, cellWeights, windows);
    }

    /**
     * Sets which axis of a recurrent layer's input is time.
     *
     * @param axis the axis given the node
     * @return a copy
     */
    public LayerSpec withTimeAxis(ToIntFunction<Node> axis) {
        return new LayerSpec(weightAxis, channelAxis, axis, cellWeights, windows);
    }

    /**
     * Sets where a recurrent layer's weights are, if not at the ports {@link Port#WEIGHT} and
     * {@link Port#RECURRENCE}.
     *
     * @param weights the values in pairs, those of a cell's input before those of its state; none
     *     if they can't be told
     * @return a copy
     */
    public LayerSpec withCellWeights(BiFunction<Graph, Node, List<String>> weights) {
        return new LayerSpec(weightAxis, channelAxis, timeAxis, weights, windows);
    }

    /**
     * Sets how windows are read and written.
     *
     * @param how the dialect's way
     * @return a copy
     */
    public LayerSpec withWindows(Windows how) {
        return new LayerSpec(weightAxis, channelAxis, timeAxis, cellWeights, how);
    }

    /**
     * Returns the output-channel axis of the weight.
     *
     * @param graph the graph
     * @param node a node of the row's operator
     * @return the axis; empty if per channel makes no sense
     */
    public Optional<Integer> weightAxis(Graph graph, Node node) {
        return weightAxis.apply(graph, node);
    }

    /**
     * Returns which axis of a layer's input has one weight for each index.
     *
     * @return 1 unless the row says otherwise; from the end if negative
     */
    public int channelAxis() {
        return channelAxis;
    }

    /**
     * Returns which axis of a recurrent layer's input is time.
     *
     * @param node a node of the row's operator
     * @return 0 unless the row says otherwise
     */
    public int timeAxis(Node node) {
        return timeAxis.applyAsInt(node);
    }

    /**
     * Returns the weights of a recurrent layer.
     *
     * @param graph the graph
     * @param node a node of the row's operator
     * @return the values in pairs, those of a cell's input before those of its state; none if they
     *     can't be told
     */
    public List<String> cellWeights(Graph graph, Node node) {
        return cellWeights.apply(graph, node);
    }

    /**
     * Returns how windows are read and written.
     *
     * @return the dialect's way
     */
    public Windows windows() {
        return windows;
    }

    /**
     * Returns the window that a node slides over its input.
     *
     * @param node a node of the row's operator
     * @return empty if it has none, or one that is only known at run time
     */
    public Optional<Window> window(Node node) {
        return windows.of(node);
    }
}
