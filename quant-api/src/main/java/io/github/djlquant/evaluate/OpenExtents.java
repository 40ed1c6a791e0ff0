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
package io.github.djlquant.evaluate;

import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Value;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Extents for the dimensions that a signature leaves open: 1 for the batch, some steps for anything
 * else, and the same one wherever a name stands. The batch is the first dimension, but for inputs
 * that a recurrent layer reads directly: there the first is time and the second the batch.
 */
final class OpenExtents {

    /** Extent of an open dimension that is not the batch. */
    private static final long STEPS = 32;

    private static final Pattern BATCH = Pattern.compile("(?i)(n|b|bs|bsz|batch.*|.*batch)");

    private final Graph graph;
    private final OpCatalog catalog;
    private final Set<String> states;
    private final Map<String, Long> named = new HashMap<>();

    /**
     * Assigns an extent to every name.
     *
     * @param graph the model
     * @param catalog its operators
     * @param states inputs that hold a state, whose unnamed dimensions are the batch
     */
    OpenExtents(Graph graph, OpCatalog catalog, Set<String> states) {
        this.graph = graph;
        this.catalog = catalog;
        this.states = states;
        for (Value input : graph.inputs()) {
            graph.shape(input.name())
                    .filter(shape -> shape.rank() > 0)
                    .ifPresent(
                            shape -> {
                                int axis = batchAxis(input.name());
                                if (axis < shape.rank()) {
                                    name(shape.dimensions().get(axis), 1);
                                }
                            });
        }
    }

    private void name(Dimension dimension, long extent) {
        if (dimension instanceof Dimension.Symbolic symbol) {
            named.putIfAbsent(symbol.name(), extent);
        }
    }

    private int batchAxis(String input) {
        return graph.consumers(input).stream().anyMatch(node -> isTimeFirst(node, input)) ? 1 : 0;
    }

    private boolean isTimeFirst(Node node, String input) {
        OpSpec spec = catalog.spec(node);
        boolean sequence = spec.input(node, Port.DATA).filter(input::equals).isPresent();
        boolean state =
                spec.input(node, Port.INITIAL_STATE).filter(input::equals).isPresent()
                        || spec.input(node, Port.INITIAL_CELL).filter(input::equals).isPresent();
        return spec.role() == Role.RECURRENT
                && (sequence || state)
                && node.intAttribute("layout", 0) == 0;
    }

    /** The extents of an input. */
    long[] of(String input, Shape shape) {
        long[] sizes = new long[shape.rank()];
        for (int axis = 0; axis < sizes.length; axis++) {
            long open = axis == batchAxis(input) || states.contains(input) ? 1 : STEPS;
            Dimension dimension = shape.dimensions().get(axis);
            if (dimension instanceof Dimension.Fixed fixed) {
                sizes[axis] = fixed.size();
            } else if (dimension instanceof Dimension.Symbolic symbol) {
                sizes[axis] = sum(symbol.name()).orElseGet(() -> one(symbol.name(), open));
            } else {
                sizes[axis] = open;
            }
        }
        return sizes;
    }

    private long one(String name, long open) {
        return named.computeIfAbsent(name, key -> BATCH.matcher(key).matches() ? 1 : open);
    }

    /** Exporters name the length of a mask after its parts: {@code past_length + length}. */
    private Optional<Long> sum(String name) {
        if (!name.contains("+")) {
            return Optional.empty();
        }
        long sum = 0;
        for (String part : name.split("\\+")) {
            String term = part.trim();
            sum += term.matches("[0-9]{1,9}") ? Long.parseLong(term) : one(term, STEPS);
        }
        return Optional.of(sum);
    }
}
