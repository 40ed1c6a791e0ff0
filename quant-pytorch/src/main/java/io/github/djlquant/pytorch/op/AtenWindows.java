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

import io.github.djlquant.graph.Node;
import io.github.djlquant.op.Window;
import io.github.djlquant.op.Windows;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The arguments in which TorchScript's convolutions and poolings hold their windows. */
final class AtenWindows implements Windows {

    /** Of convolutions. */
    static final Windows CONVOLUTION = new AtenWindows(false);

    /** Of poolings. */
    static final Windows POOLING = new AtenWindows(true);

    private final boolean pools;

    private AtenWindows(boolean pools) {
        this.pools = pools;
    }

    @Override
    public Optional<Window> of(Node node) {
        LiteralArguments literals = LiteralArguments.of(node);
        Optional<List<Long>> kernel =
                pools ? literals.integers("kernel_size") : Optional.of(List.of());
        Optional<List<Long>> strides = literals.integers("stride");
        Optional<List<Long>> dilations = literals.integers("dilation");
        Optional<Long> groups = literals.integer("groups", 1);
        Optional<Boolean> up = literals.truth("ceil_mode", false);
        Optional<String> way = literals.text("padding");
        Optional<List<Long>> padding =
                way.isPresent() ? Optional.of(List.of()) : literals.integers("padding");
        if (kernel.isEmpty()
                || strides.isEmpty()
                || dilations.isEmpty()
                || groups.isEmpty()
                || up.isEmpty()
                || padding.isEmpty()) {
            return Optional.empty();
        }
        int axes = axes(node, kernel.get(), strides.get(), dilations.get(), padding.get());
        List<Long> before = spread(padding.get(), axes);
        List<Long> pads = new ArrayList<>(before);
        pads.addAll(before);
        // A pooling without strides goes on by its kernel's extents.
        List<Long> steps = pools && strides.get().isEmpty() ? kernel.get() : strides.get();
        return Optional.of(
                new Window(
                        spread(kernel.get(), axes),
                        spread(steps, axes),
                        pads,
                        spread(dilations.get(), axes),
                        groups.get(),
                        way.filter("same"::equals).isPresent(),
                        up.get()));
    }

    @SafeVarargs
    private static int axes(Node node, List<Long>... lists) {
        String name = node.op().name();
        char last = name.endsWith("d") ? name.charAt(name.length() - 2) : ' ';
        if (Character.isDigit(last)) {
            return last - '0';
        }
        int most = 0;
        for (List<Long> list : lists) {
            most = Math.max(most, list.size());
        }
        return most;
    }

    /** One number stands for all axes. */
    static List<Long> spread(List<Long> values, int axes) {
        return values.size() == 1 ? Collections.nCopies(axes, values.get(0)) : values;
    }

    @Override
    public Node with(Node node, Window window) {
        int axes = window.pads().size() / 2;
        List<Long> before = window.pads().subList(0, axes);
        if (!before.equals(window.pads().subList(axes, 2 * axes))) {
            throw new IllegalArgumentException(
                    node.op() + " pads both ends of an axis alike, not " + window.pads());
        }
        Call call = Call.of(node);
        if (!LiteralArguments.of(node).text("padding").isPresent()) {
            call = replaced(call, "padding", before);
        }
        call = replaced(call, "stride", window.strides());
        call = replaced(call, "dilation", window.dilations());
        call =
                pools
                        ? replaced(call, "kernel_size", window.kernel())
                        : call.with("groups", Argument.literal(window.groups()));
        Node made = call.node(node.name(), node.outputs());
        return new Node(
                made.name(),
                made.op(),
                made.inputs(),
                made.outputs(),
                made.attributes(),
                node.annotations());
    }

    private static Call replaced(Call call, String argument, List<Long> values) {
        return values.isEmpty() ? call : call.with(argument, Argument.literal(values));
    }
}
