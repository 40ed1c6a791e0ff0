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
package io.github.djlquant.plan;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.RangeRule;
import io.github.djlquant.op.Role;
import io.github.djlquant.transform.TransformContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which of the nodes between layers can run on integers, and what stands in the others' way. */
final class LightRules {

    private final Graph graph;
    private final OpCatalog catalog;
    private final TransformContext context;
    private final Predicate<Node> mover;

    /**
     * @param mover tells which nodes are known to move integers
     */
    LightRules(Graph graph, TransformContext context, Predicate<Node> mover) {
        this.graph = graph;
        this.catalog = context.catalog();
        this.context = context;
        this.mover = mover;
    }

    /** Why a node that is no layer can't run on integers; empty if it can. */
    Optional<String> obstacle(Node node, OpSpec spec) {
        if (!context.recipe().scope().holds(node.name(), node.op().name())) {
            return Optional.of("the recipe's scope leaves it out");
        }
        Optional<String> irregular = spec.irregular().apply(graph, node);
        if (irregular.isPresent()) {
            return irregular;
        }
        if (lacksKernel(node, spec)) {
            return Optional.of("no integer kernel of the engine is worth it");
        }
        return switch (spec.role()) {
            case ADD, MULTIPLY, CONCAT ->
                    takesConstants(node, spec)
                            ? floatInputs(activations(node, spec))
                            : Optional.of("one of its inputs is constant");
            case AVERAGE_POOLING -> floatInputs(activations(node, spec));
            case RANGE_PRESERVING, PAD ->
                    movesIntegers(node, spec)
                            ? floatInputs(activations(node, spec))
                            : Optional.of("its kernel moves floats only");
            case ACTIVATION ->
                    spec.ranges().apply(graph, node) instanceof RangeRule.Table
                            ? floatInputs(activations(node, spec))
                            : Optional.of(
                                    spec.clamp().apply(graph, node).isPresent()
                                            ? "clamps floats"
                                            : "a nonlinear function is more accurate, and here"
                                                    + " faster, on floats");
            case SOFTMAX, NORM ->
                    Optional.of("its integer kernel is slower and less accurate than floats");
            case BATCH_NORM ->
                    Optional.of("no layer before it takes it up, and there is no integer kernel");
            case TRANSPOSED_CONVOLUTION -> Optional.of(missing(spec.role()) + leftAlone(node));
            case CONSTANT, QUANTIZE, DEQUANTIZE, FAKE_QUANTIZE ->
                    Optional.of("holds no computation on floats");
            default -> Optional.of("the operator has no integer form here");
        };
    }

    private String missing(Role role) {
        return context.target()
                .kernels()
                .library()
                .missing()
                .getOrDefault(role, "the engine has no integer kernel for it");
    }

    /** Why the rewrites that could have given a node another form did not. */
    private String leftAlone(Node node) {
        return context.notes().stream()
                .filter(note -> !note.fired() && note.node().equals(node.name()))
                .map(note -> "; " + note.transform() + ": " + note.reason())
                .distinct()
                .collect(Collectors.joining());
    }

    /** True if the engine would compute what could run on integers faster on floats. */
    private boolean lacksKernel(Node node, OpSpec spec) {
        return switch (spec.role()) {
            case ADD, MULTIPLY, CONCAT, RANGE_PRESERVING, PAD ->
                    !context.target().kernels().integers().contains(spec.role());
            case AVERAGE_POOLING ->
                    !preserves(spec.ranges().apply(graph, node))
                            && !context.target().kernels().integers().contains(spec.role());
            case ACTIVATION ->
                    spec.ranges().apply(graph, node) instanceof RangeRule.Table
                            && !context.target().kernels().integers().contains(spec.role());
            default -> false;
        };
    }

    /**
     * One number can be added exactly, and changes no more than the scale where it is a factor; for
     * other constants the kernel is no faster than floats.
     */
    private boolean takesConstants(Node node, OpSpec spec) {
        List<String> constants =
                spec.operands(node).stream().filter(i -> graph.constant(i).isPresent()).toList();
        boolean numbers = context.target().kernels().takesNumbers();
        boolean two = spec.operands(node).size() == 2;
        return switch (spec.role()) {
            case ADD ->
                    two
                            && (constants.isEmpty()
                                    || numbers
                                            && constants.size() == 1
                                            && isNumber(constants.get(0)));
            case MULTIPLY -> two && (constants.isEmpty() || numbers && movesIntegers(node, spec));
            default -> constants.isEmpty();
        };
    }

    private boolean isNumber(String constant) {
        return graph.constant(constant)
                .filter(t -> t.dataType() == DataType.FLOAT && t.elementCount() == 1)
                .filter(t -> t.shape().rank() <= 1)
                .map(t -> t.toFloats()[0])
                .filter(value -> Float.isFinite(value) && Math.abs(value) >= Float.MIN_NORMAL)
                .isPresent();
    }

    private Optional<String> floatInputs(List<String> inputs) {
        for (String input : inputs) {
            if (!LayerRules.mayBeFloat(graph, input)) {
                return Optional.of("it computes on " + LayerRules.typeOf(graph, input));
            }
        }
        return Optional.empty();
    }

    /** The inputs of a light node that carry scale and zero point. */
    List<String> activations(Node node, OpSpec spec) {
        return switch (spec.role()) {
            case ADD, MULTIPLY, CONCAT ->
                    spec.operands(node).stream().filter(i -> graph.constant(i).isEmpty()).toList();
            default -> List.of(spec.input(node, Port.DATA).orElseGet(() -> node.input(0)));
        };
    }

    /** True if the node can run on the integers as they are. */
    boolean movesIntegers(Node node, OpSpec spec) {
        RangeRule rule = spec.ranges().apply(graph, node);
        if (rule instanceof RangeRule.Union ? !mayShareScale(node) : !preserves(rule)) {
            return false;
        }
        if (rule instanceof RangeRule.Scaled) {
            return context.kept(node.output()).isEmpty();
        }
        if (!spec.movesIntegers(graph) || keptApart(node)) {
            return false;
        }
        return spec.role() != Role.PAD || spec.fill().apply(graph, node).isPresent();
    }

    private static boolean preserves(RangeRule rule) {
        return rule instanceof RangeRule.Preserving || rule instanceof RangeRule.Scaled;
    }

    /**
     * The parts of a concatenation share its scale if nobody else reads them: they would be rounded
     * to it anyway, and so are rounded once instead of twice.
     */
    private boolean mayShareScale(Node node) {
        return catalog.spec(node).operands(node).stream()
                .allMatch(
                        part ->
                                graph.consumers(part).size() == 1
                                        && !graph.isOutput(part)
                                        && graph.producer(part)
                                                .filter(Predicate.not(mover))
                                                .isPresent());
    }

    /** The source may have given both sides of a mover parameters of their own. */
    private boolean keptApart(Node node) {
        return Stream.concat(
                                activations(node, catalog.spec(node)).stream(),
                                node.outputs().stream())
                        .flatMap(value -> context.kept(value).stream())
                        .distinct()
                        .count()
                > 1;
    }
}
