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
package io.github.djlquant.onnx.op;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.ExtentRule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Extents of what ONNX's Loop and Scan hand to the first round of their bodies, and how many rounds
 * there are where that is known before a run.
 */
enum RoundExtents implements ExtentRule {

    /**
     * {@code Loop(rounds, condition, states ...)} with a body {@code (round, condition, states
     * ...)}.
     */
    LOOP {
        @Override
        public Entry inside(
                Graph graph, Node node, Graph body, Function<String, Optional<long[]>> known) {
            Map<String, long[]> extents = new HashMap<>();
            for (int i = STATES; i < Math.min(node.inputs().size(), body.inputs().size()); i++) {
                String state = body.inputs().get(i).name();
                known.apply(node.input(i)).ifPresent(e -> extents.put(state, e));
            }
            return new Entry(extents, rounds(graph, node, body));
        }
    },

    /**
     * {@code Scan(states ..., sequences ...)} with a body {@code (states ..., steps ...)}, since
     * opset 9.
     */
    SCAN {
        @Override
        public Entry inside(
                Graph graph, Node node, Graph body, Function<String, Optional<long[]>> known) {
            int count = body.inputs().size();
            int sequences = (int) node.intAttribute("num_scan_inputs", 0);
            if (graph.opsets().getOrDefault(OpType.ONNX, Long.MAX_VALUE) < SCAN_WITHOUT_BATCH
                    || node.inputs().size() != count
                    || sequences < 0
                    || sequences > count) {
                return Entry.UNKNOWN;
            }
            Map<String, long[]> extents = new HashMap<>();
            OptionalLong rounds = OptionalLong.empty();
            for (int i = 0; i < count; i++) {
                long[] around = known.apply(node.input(i)).orElse(null);
                int sequence = i - (count - sequences);
                int axis = sequence < 0 ? 0 : axis(node, sequence, around);
                if (around == null || axis < 0 || sequence >= 0 && axis >= around.length) {
                    continue;
                }
                if (sequence >= 0 && around[axis] >= 0) {
                    rounds = OptionalLong.of(around[axis]);
                }
                extents.put(
                        body.inputs().get(i).name(), sequence < 0 ? around : without(around, axis));
            }
            return new Entry(extents, rounds);
        }
    };

    /** The position of the first state of a Loop. */
    private static final int STATES = 2;

    /** Exporters write the largest number where they mean any number. */
    private static final long ENDLESS = Integer.MAX_VALUE;

    /** The opset in which Scan lost the batch axis of its own. */
    private static final long SCAN_WITHOUT_BATCH = 9;

    @Override
    public Optional<long[]> of(Graph graph, Node node, Function<String, Optional<long[]>> known) {
        return Optional.empty();
    }

    /** A constant number of rounds, where no condition ends them earlier. */
    private static OptionalLong rounds(Graph graph, Node node, Graph body) {
        Optional<Tensor> most =
                node.hasInput(0)
                        ? graph.constant(node.input(0)).filter(t -> t.elementCount() == 1)
                        : Optional.empty();
        boolean starts = !node.hasInput(1) || isTrue(graph.constant(node.input(1)));
        if (most.isEmpty() || !starts || body.outputs().isEmpty() || body.inputs().size() < 2) {
            return OptionalLong.empty();
        }
        String next = body.outputs().get(0).name();
        String condition = body.inputs().get(1).name();
        while (isIdentity(body, next)) {
            next = body.producer(next).orElseThrow().input(0);
        }
        long rounds = Math.max(0, most.get().toLongs()[0]);
        boolean goesOn = next.equals(condition) || isTrue(constant(graph, body, next));
        return goesOn && rounds < ENDLESS ? OptionalLong.of(rounds) : OptionalLong.empty();
    }

    /** A constant of the body, or of the graph around it. */
    private static Optional<Tensor> constant(Graph graph, Graph body, String value) {
        boolean computed =
                body.producer(value).isPresent()
                        || body.inputs().stream().anyMatch(input -> input.name().equals(value));
        return computed ? Optional.empty() : body.constant(value).or(() -> graph.constant(value));
    }

    private static boolean isIdentity(Graph body, String value) {
        return body.producer(value)
                .filter(maker -> maker.op().equals(OpType.onnx("Identity")))
                .isPresent();
    }

    private static boolean isTrue(Optional<Tensor> value) {
        return value.filter(t -> t.dataType() == DataType.BOOL && t.elementCount() == 1)
                .filter(t -> t.toLongs()[0] != 0)
                .isPresent();
    }

    /** The axis along which a sequence is read; -1 if its extents are not known. */
    private static int axis(Node node, int sequence, long[] around) {
        List<Long> axes = node.intsAttribute("scan_input_axes");
        long axis = sequence < axes.size() ? axes.get(sequence) : 0;
        return around == null ? -1 : (int) (axis < 0 ? axis + around.length : axis);
    }

    private static long[] without(long[] extents, int axis) {
        long[] rest = new long[extents.length - 1];
        System.arraycopy(extents, 0, rest, 0, axis);
        System.arraycopy(extents, axis + 1, rest, axis, rest.length - axis);
        return rest;
    }
}
