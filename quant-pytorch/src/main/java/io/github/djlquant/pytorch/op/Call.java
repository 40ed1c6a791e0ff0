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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A call of a TorchScript operator: the only way in which arguments become parts of a {@link Node}
 * and back.
 *
 * <p>The node's inputs are the positional arguments in order, then the values among the keyword
 * arguments. A literal leaves its input empty and becomes an attribute under the argument's name
 * ({@link AtenSchemas}), so that transforms read {@code stride} or {@code dim} where they expect
 * them. An empty input without such an attribute is {@code None}; an input that a transform
 * connected wins over an attribute left behind.
 *
 * <pre>
 * torch.batch_norm(x, w, None, m, v, False, 0.1, 1e-05, True)
 *   = aten::batch_norm&lt;bias=None, training=false, momentum=0.1, eps=1.0E-5, cudnn_enabled=true&gt;(
 *         %x, %w, _, %m, %v, _, _, _, _)
 * torch.add(x, y, alpha=2)     = aten::add&lt;alpha=2&gt;(%x, %y)
 * torch.full([2], 0., out=x)   = aten::full&lt;size=[2], fill_value=0.0, @named=[out]&gt;(_, _, %x)
 * </pre>
 *
 * @param op the operator
 * @param positional what is given by position
 * @param named what is given by name
 */
public record Call(OpType op, List<Argument> positional, Map<String, Argument> named) {

    /** Names the inputs at the end that are keyword arguments; no argument can have this name. */
    private static final String NAMED = "@named";

    /** Copies the collections and refuses an argument that is given twice. */
    public Call {
        Objects.requireNonNull(op, "op");
        positional = List.copyOf(positional);
        named = Collections.unmodifiableMap(new LinkedHashMap<>(named));
        for (String name : AtenSchemas.names(op, positional.size())) {
            if (named.containsKey(name)) {
                throw new IllegalArgumentException(
                        op + " is given the argument " + name + " by position and by name");
            }
        }
    }

    /**
     * Creates a call that has positional arguments only.
     *
     * @param op the operator
     * @param positional the arguments
     */
    public Call(OpType op, List<Argument> positional) {
        this(op, positional, Map.of());
    }

    /**
     * Reads a node.
     *
     * @param node a node of a TorchScript dialect
     * @return the call that it stands for
     */
    public static Call of(Node node) {
        List<String> keywords =
                node.attributes().get(NAMED) instanceof Attribute.StringsAttribute a
                        ? a.values()
                        : List.of();
        int count = Math.max(0, node.inputs().size() - keywords.size());
        Map<String, Attribute> rest = new LinkedHashMap<>(node.attributes());
        List<Argument> positional = new ArrayList<>(count);
        List<String> names = AtenSchemas.names(node.op(), count);
        for (int i = 0; i < count; i++) {
            Attribute attribute = rest.remove(names.get(i));
            if (node.hasInput(i)) {
                positional.add(new Argument.Of(node.input(i)));
            } else {
                positional.add(attribute == null ? Argument.NONE : new Argument.Literal(attribute));
            }
        }
        Map<String, Argument> named = new LinkedHashMap<>();
        rest.forEach(
                (key, attribute) -> {
                    if (Argument.isLiteral(attribute)) {
                        named.put(key, new Argument.Literal(attribute));
                    }
                });
        for (int i = 0; i < keywords.size() && node.hasInput(count + i); i++) {
            named.put(keywords.get(i), new Argument.Of(node.input(count + i)));
        }
        return new Call(node.op(), positional, named);
    }

    /**
     * Makes a node.
     *
     * @param name the node's name
     * @param outputs the values made
     * @return a node from which {@link #of} reads this call
     */
    public Node node(String name, List<String> outputs) {
        List<String> inputs = new ArrayList<>();
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        List<String> names = AtenSchemas.names(op, positional.size());
        for (int i = 0; i < positional.size(); i++) {
            put(names.get(i), positional.get(i), inputs, attributes);
        }
        List<String> keywords = new ArrayList<>();
        named.forEach(
                (key, argument) -> {
                    if (argument instanceof Argument.Of of) {
                        keywords.add(key);
                        inputs.add(of.value());
                    } else if (argument instanceof Argument.Literal literal) {
                        attributes.put(key, literal.attribute());
                    }
                });
        if (!keywords.isEmpty()) {
            attributes.put(NAMED, new Attribute.StringsAttribute(keywords));
        }
        return new Node(name, op, inputs, outputs, attributes);
    }

    private static void put(
            String name,
            Argument argument,
            List<String> inputs,
            Map<String, Attribute> attributes) {
        if (argument instanceof Argument.Of of) {
            inputs.add(of.value());
        } else if (argument instanceof Argument.Literal literal) {
            inputs.add("");
            attributes.put(name, literal.attribute());
        }
    }

    /**
     * Returns an argument by the name that the operator's declaration gives it.
     *
     * @param schemaName the name, or {@code arg<i>} for a position without a name
     * @return the argument, {@link Argument#NONE} if it is not given
     */
    public Argument argument(String schemaName) {
        int position = AtenSchemas.names(op, positional.size()).indexOf(schemaName);
        return position >= 0
                ? positional.get(position)
                : named.getOrDefault(schemaName, Argument.NONE);
    }

    /**
     * Tells whether an argument is given and not {@code None}.
     *
     * @param schemaName the argument's name
     * @return true if there is a value or a literal
     */
    public boolean has(String schemaName) {
        return !argument(schemaName).equals(Argument.NONE);
    }

    /**
     * Replaces an argument. One that is not given yet is appended at its position if that is the
     * next one, else given by name.
     *
     * @param schemaName the argument's name
     * @param argument what to give
     * @return a copy
     */
    public Call with(String schemaName, Argument argument) {
        List<Argument> newPositional = new ArrayList<>(positional);
        Map<String, Argument> newNamed = new LinkedHashMap<>(named);
        int position = AtenSchemas.names(op, positional.size()).indexOf(schemaName);
        if (position >= 0) {
            newPositional.set(position, argument);
        } else if (!named.containsKey(schemaName)
                && AtenSchemas.names(op, positional.size() + 1).indexOf(schemaName)
                        == positional.size()) {
            newPositional.add(argument);
        } else {
            newNamed.put(schemaName, argument);
        }
        return new Call(op, newPositional, newNamed);
    }
}
