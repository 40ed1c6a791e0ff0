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
package io.github.djlquant.pytorch.transform;

import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.transform.fuse.PhaseAxis;
import io.github.djlquant.transform.fuse.PhaseWeights;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves the phases of a transposed convolution's output to their places, channels innermost: so
 * libtorch copies runs of bytes, once, and nothing where there is one phase.
 */
final class Interleaving {

    private final GraphEditor editor;
    private final PhaseWeights phases;
    private final List<PhaseAxis> axes;
    private String wanted = "";
    private String at = "";

    Interleaving(GraphEditor editor, PhaseWeights phases) {
        this.editor = editor;
        this.phases = phases;
        this.axes = phases.axes();
    }

    /**
     * Adds the nodes, if there are any.
     *
     * @param from what the convolution makes, [N, groups * phases * out / groups, positions ...]
     * @param to the value that gets the result, [N, out, positions ...]
     */
    void put(String from, String to) {
        wanted = to;
        at = from;
        List<Step> steps = new ArrayList<>();
        if (phases.phases() > 1) {
            interleave(steps);
        }
        for (int i = 0; i < axes.size(); i++) {
            PhaseAxis axis = axes.get(i);
            if (axis.isCut()) {
                long end = axis.behind() > 0 ? -axis.behind() : Long.MAX_VALUE;
                steps.add(
                        new Step(
                                "slice",
                                Argument.literal(i + 2L),
                                Argument.literal(axis.before()),
                                Argument.literal(end),
                                Argument.literal(1L)));
            }
        }
        for (int i = 0; i < steps.size(); i++) {
            add(steps.get(i), i == steps.size() - 1);
        }
    }

    private record Step(String op, List<Argument> arguments) {
        Step(String op, Argument... arguments) {
            this(op, List.of(arguments));
        }
    }

    private void interleave(List<Step> steps) {
        int last = axes.size() + 1;
        List<Long> innermost = new ArrayList<>(List.of(0L));
        for (long i = 2; i <= last; i++) {
            innermost.add(i);
        }
        innermost.add(1L);
        steps.add(new Step("permute", Argument.literal(innermost)));

        List<Long> parts = new ArrayList<>();
        if (phases.groups() > 1) {
            parts.add((long) phases.groups());
        }
        axes.stream().map(PhaseAxis::phases).filter(p -> p > 1).forEach(parts::add);
        parts.add((long) phases.outputs());
        steps.add(new Step("unflatten", Argument.literal((long) last), Argument.literal(parts)));

        // Each axis, then its phase; the groups, then their channels.
        List<Long> order = new ArrayList<>(List.of(0L));
        List<Integer> pairs = new ArrayList<>();
        long phase = (long) last + (phases.groups() > 1 ? 1 : 0);
        for (int i = 0; i < axes.size(); i++) {
            if (axes.get(i).phases() > 1) {
                pairs.add(order.size());
                order.add(i + 1L);
                order.add(phase++);
            } else {
                order.add(i + 1L);
            }
        }
        if (phases.groups() > 1) {
            pairs.add(order.size());
            order.add((long) last);
        }
        order.add(phase);
        steps.add(new Step("permute", Argument.literal(order)));
        for (int i = pairs.size() - 1; i >= 0; i--) {
            long first = pairs.get(i);
            steps.add(new Step("flatten", Argument.literal(first), Argument.literal(first + 1)));
        }

        List<Long> back = new ArrayList<>(List.of(0L, (long) last));
        for (long i = 1; i < last; i++) {
            back.add(i);
        }
        steps.add(new Step("permute", Argument.literal(back)));
    }

    private void add(Step step, boolean isLast) {
        String made = isLast ? wanted : editor.freshName(wanted + "_" + step.op());
        List<Argument> arguments = new ArrayList<>(List.of(Argument.of(at)));
        arguments.addAll(step.arguments());
        editor.put(
                new Call(new OpType(OpType.ATEN, step.op()), arguments)
                        .node(editor.freshName(wanted + "/" + step.op()), List.of(made)));
        at = made;
    }
}
