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
package io.github.djlquant.pytorch.op;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A recurrent layer over a batch of sequences: {@code lstm}, {@code gru}, {@code rnn_tanh}, {@code
 * rnn_relu} with the arguments (input, state, weights, has biases, layers, dropout, training, two
 * directions, batch first). Its weights are a list: for each layer and direction a cell's {@code
 * w_ih} [gates, features], {@code w_hh} [gates, hidden] and, where there are biases, {@code b_ih},
 * {@code b_hh} [gates].
 *
 * @param call the call
 * @param weights the names of the list's values
 * @param biased whether there are biases
 * @param cells layers times directions
 */
public record RecurrentCall(Call call, List<String> weights, boolean biased, int cells) {

    private static final int ARGUMENTS = 9;
    private static final int WEIGHTS = 2;

    /**
     * Reads a node.
     *
     * @param graph its graph
     * @param node a node of one of the operators
     * @return empty if it is told in another way: packed sequences, weights that are no list of the
     *     graph, numbers that are computed
     */
    public static Optional<RecurrentCall> of(Graph graph, Node node) {
        Call call = Call.of(node);
        if (call.positional().size() != ARGUMENTS
                || !(call.positional().get(WEIGHTS) instanceof Argument.Of list)) {
            return Optional.empty();
        }
        Optional<List<String>> weights =
                graph.producer(list.value())
                        .filter(made -> made.op().equals(PrimOps.LIST_CONSTRUCT))
                        .map(Node::inputs)
                        .filter(all -> !all.contains(""));
        LiteralArguments literals = LiteralArguments.of(node);
        // Two overloads take nine arguments: positions have no names.
        Optional<Boolean> biased = literals.truth("arg3", false);
        Optional<Long> layers = literals.integer("arg4", 0);
        Optional<Boolean> twoWays = literals.truth("arg7", false);
        if (weights.isEmpty() || biased.isEmpty() || layers.isEmpty() || twoWays.isEmpty()) {
            return Optional.empty();
        }
        long cells = layers.get() * (twoWays.get() ? 2 : 1);
        return cells >= 1 && weights.get().size() == cells * (biased.get() ? 4 : 2)
                ? Optional.of(new RecurrentCall(call, weights.get(), biased.get(), (int) cells))
                : Optional.empty();
    }

    /**
     * Returns the weights of all cells without the biases.
     *
     * @return w_ih and w_hh of each cell in turn
     */
    public List<String> matrices() {
        List<String> matrices = new ArrayList<>();
        for (int cell = 0; cell < cells; cell++) {
            matrices.add(weight(cell, 0));
            matrices.add(weight(cell, 1));
        }
        return matrices;
    }

    /**
     * Returns a value of a cell.
     *
     * @param cell the cell, from 0
     * @param part 0 for w_ih, 1 for w_hh, 2 for b_ih, 3 for b_hh
     * @return its name
     */
    public String weight(int cell, int part) {
        return weights.get(cell * (biased ? 4 : 2) + part);
    }

    /**
     * Returns which axis of the input is time.
     *
     * @param node a node of one of the operators
     * @return 0 or 1
     */
    static int timeAxis(Node node) {
        return Call.of(node).positional().size() == ARGUMENTS
                        && LiteralArguments.of(node).truth("arg8", false).orElse(false)
                ? 1
                : 0;
    }

    /** Why a layer can't be told from its list of weights, if so. */
    static Optional<String> irregular(Graph graph, Node node) {
        Optional<RecurrentCall> call = of(graph, node);
        if (call.isEmpty()) {
            return Optional.of("it is called with packed sequences or with computed arguments");
        }
        if (LiteralArguments.of(node).truth("arg6", false).orElse(true)) {
            return Optional.of("it was exported for training");
        }
        for (int cell = 0; cell < call.get().cells(); cell++) {
            Optional<Shape> input = graph.shape(call.get().weight(cell, 0));
            Optional<Shape> state = graph.shape(call.get().weight(cell, 1));
            if (input.isEmpty()
                    || state.isEmpty()
                    || input.get().rank() != 2
                    || state.get().rank() != 2
                    || input.get().size(0) != state.get().size(0)) {
                return Optional.of("its weights are not one matrix per gate for input and state");
            }
        }
        return Optional.empty();
    }
}
