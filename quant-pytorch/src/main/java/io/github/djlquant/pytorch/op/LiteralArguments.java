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
import java.util.List;
import java.util.Optional;

/** What the literals of a call say; empty where a value of the graph stands in their place. */
public final class LiteralArguments {

    private final Call call;

    private LiteralArguments(Call call) {
        this.call = call;
    }

    /**
     * Reads the arguments of a node.
     *
     * @param node a node of a dialect of TorchScript
     * @return what its literals say
     */
    public static LiteralArguments of(Node node) {
        return new LiteralArguments(Call.of(node));
    }

    /** True if no value of the graph stands in an argument's place. */
    boolean isLiteral(String argument) {
        return call.argument(argument) instanceof Argument.Literal;
    }

    /**
     * Tells whether an argument is None or left out.
     *
     * @param argument its name
     * @return true if so
     */
    public boolean isNone(String argument) {
        return call.argument(argument).equals(Argument.NONE);
    }

    /**
     * A number, whether it is written as an integer or as a float.
     *
     * @param argument its name
     * @param absent what None, or nothing, means
     * @return empty if it is computed, or no number
     */
    public Optional<Double> number(String argument, double absent) {
        if (isNone(argument)) {
            return Optional.of(absent);
        }
        if (!(call.argument(argument) instanceof Argument.Literal literal)) {
            return Optional.empty();
        }
        if (literal.attribute() instanceof Attribute.IntAttribute a) {
            return Optional.of((double) a.value());
        }
        return literal.attribute() instanceof Attribute.DoubleAttribute a
                ? Optional.of(a.value())
                : Optional.empty();
    }

    /**
     * An integer.
     *
     * @param argument its name
     * @param absent what None, or nothing, means
     * @return empty if it is computed, or no integer
     */
    public Optional<Long> integer(String argument, long absent) {
        if (isNone(argument)) {
            return Optional.of(absent);
        }
        return call.argument(argument) instanceof Argument.Literal literal
                        && literal.attribute() instanceof Attribute.IntAttribute a
                ? Optional.of(a.value())
                : Optional.empty();
    }

    /**
     * Integers, of which a single one need not be written as a list.
     *
     * @param argument its name
     * @return none for None; empty if they are computed, or no integers
     */
    public Optional<List<Long>> integers(String argument) {
        if (isNone(argument)) {
            return Optional.of(List.of());
        }
        if (!(call.argument(argument) instanceof Argument.Literal literal)) {
            return Optional.empty();
        }
        if (literal.attribute() instanceof Attribute.IntAttribute a) {
            return Optional.of(List.of(a.value()));
        }
        return literal.attribute() instanceof Attribute.IntsAttribute a
                ? Optional.of(a.values())
                : Optional.empty();
    }

    Optional<Boolean> truth(String argument, boolean absent) {
        if (isNone(argument)) {
            return Optional.of(absent);
        }
        if (!(call.argument(argument) instanceof Argument.Literal literal)) {
            return Optional.empty();
        }
        if (literal.attribute() instanceof Attribute.IntAttribute a) {
            return Optional.of(a.value() != 0);
        }
        return literal.attribute() instanceof Attribute.BoolAttribute a
                ? Optional.of(a.value())
                : Optional.empty();
    }

    /**
     * A string.
     *
     * @param argument its name
     * @return empty if it is anything else
     */
    public Optional<String> text(String argument) {
        return call.argument(argument) instanceof Argument.Literal literal
                        && literal.attribute() instanceof Attribute.StringAttribute a
                ? Optional.of(a.value())
                : Optional.empty();
    }
}
