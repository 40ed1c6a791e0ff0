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
package io.github.djlquant.onnx.transform;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.transform.fuse.PhaseAxis;
import io.github.djlquant.transform.fuse.PhaseWeights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The operators that move the phases of a transposed convolution's output to their places, channels
 * innermost: ONNX Runtime's convolutions on integers compute so anyway, drop the transpositions
 * between them and these, and what remains copies runs of bytes.
 */
final class Moves {

    /** What a shape leaves to Reshape. */
    private static final long OPEN = -1;

    private final GraphEditor editor;
    private final String wanted;
    private final List<Move> moves = new ArrayList<>();

    /** One operator with inputs that are constant. */
    private record Move(
            String op, Map<String, Attribute> attributes, Map<String, List<Long>> constants) {}

    /**
     * Prepares.
     *
     * @param wanted the value that gets the result
     */
    Moves(GraphEditor editor, String wanted) {
        this.editor = editor;
        this.wanted = wanted;
    }

    /**
     * Interleaves axes.
     *
     * @param positions their extents afterwards, -1 for those that are open
     */
    void interleave(PhaseWeights phases, long[] positions) {
        List<PhaseAxis> axes = phases.axes();
        int last = axes.size() + 1;
        List<Long> innermost = new ArrayList<>(List.of(0L));
        List<Long> parts = new ArrayList<>(List.of(0L));
        for (long i = 2; i <= last; i++) {
            innermost.add(i);
            parts.add(0L);
        }
        innermost.add(1L);
        transpose(innermost);

        boolean grouped = phases.groups() > 1;
        if (grouped) {
            parts.add((long) phases.groups());
        }
        axes.forEach(axis -> parts.add(axis.phases()));
        parts.add((long) phases.outputs());
        reshape(parts);

        // Each axis, then its phase; the groups, then their channels.
        List<Long> order = new ArrayList<>(List.of(0L));
        List<Long> joined = new ArrayList<>(List.of(0L));
        long phase = (long) last + (grouped ? 1 : 0);
        for (int i = 0; i < axes.size(); i++) {
            order.add(i + 1L);
            order.add(phase++);
            joined.add(positions[i]);
        }
        if (grouped) {
            order.add((long) last);
        }
        order.add(phase);
        joined.add((long) phases.groups() * phases.outputs());
        transpose(order);
        if (joined.indexOf(OPEN) != joined.lastIndexOf(OPEN)) {
            joinOneByOne(axes.get(0).phases(), joined.get(last));
            return;
        }
        reshape(joined);

        List<Long> back = new ArrayList<>(List.of(0L, (long) last));
        for (long i = 1; i < last; i++) {
            back.add(i);
        }
        transpose(back);
    }

    /**
     * Joins each of two axes, whose extents are open, with its phases: a shape leaves one number to
     * Reshape and copies others from where they stand.
     */
    private void joinOneByOne(long phases, long channels) {
        // [N, H, s, W, s, O] to [N, H, s, s W, O] to [N, s W, H, s, O] to [N, s W, s H, O]
        reshape(List.of(0L, 0L, phases, OPEN, channels));
        transpose(List.of(0L, 3L, 1L, 2L, 4L));
        reshape(List.of(0L, 0L, OPEN, channels));
        transpose(List.of(0L, 3L, 2L, 1L));
    }

    /** Cuts off what is padding. */
    void cut(List<PhaseAxis> axes) {
        List<Long> starts = new ArrayList<>();
        List<Long> ends = new ArrayList<>();
        List<Long> cut = new ArrayList<>();
        for (int i = 0; i < axes.size(); i++) {
            PhaseAxis axis = axes.get(i);
            if (axis.isCut()) {
                starts.add(axis.before());
                ends.add(axis.behind() > 0 ? -axis.behind() : Long.MAX_VALUE);
                cut.add(i + 2L);
            }
        }
        if (!cut.isEmpty()) {
            Map<String, List<Long>> bounds = new LinkedHashMap<>();
            bounds.put("starts", starts);
            bounds.put("ends", ends);
            bounds.put("axes", cut);
            moves.add(new Move("Slice", Map.of(), bounds));
        }
    }

    private void transpose(List<Long> order) {
        moves.add(
                new Move(
                        "Transpose", Map.of("perm", new Attribute.IntsAttribute(order)), Map.of()));
    }

    private void reshape(List<Long> shape) {
        moves.add(new Move("Reshape", Map.of(), Map.of("shape", shape)));
    }

    /** Adds the nodes. */
    void put(String from) {
        String at = from;
        for (int i = 0; i < moves.size(); i++) {
            Move move = moves.get(i);
            boolean isLast = i == moves.size() - 1;
            String name = wanted + "_" + move.op();
            String made = isLast ? wanted : editor.freshName(name);
            List<String> inputs = new ArrayList<>(List.of(at));
            move.constants()
                    .forEach(
                            (role, values) ->
                                    inputs.add(
                                            editor.newConstant(
                                                    name + "_" + role,
                                                    Tensor.ofLongs(
                                                            values.stream()
                                                                    .mapToLong(Long::longValue)
                                                                    .toArray(),
                                                            values.size()))));
            editor.put(
                    new Node(
                            editor.freshName(wanted + "/" + move.op()),
                            OpType.onnx(move.op()),
                            inputs,
                            List.of(made),
                            move.attributes()));
            at = made;
        }
    }
}
