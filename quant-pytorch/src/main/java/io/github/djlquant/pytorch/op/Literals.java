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
final class Literals {

    private final Call call;

    private Literals(Call call) {
        this.call = call;
    }

    static Literals of(Node node) {
        return new Literals(Call.of(node));
    }

    /** True if no value of the graph stands in an argument's place. */
    boolean isLiteral(String argument) {
        return call.argument(argument) instanceof Argument.Literal;
    }

    boolean isNone(String argument) {
        return call.argument(argument).equals(Argument.NONE);
    }

    /** A number, whether it is written as an integer or as a float. */
    Optional<Double> number(String argument, double absent) {
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

    Optional<Long> integer(String argument, long absent) {
        if (isNone(argument)) {
            return Optional.of(absent);
        }
        return call.argument(argument) instanceof Argument.Literal literal
                        && literal.attribute() instanceof Attribute.IntAttribute a
                ? Optional.of(a.value())
                : Optional.empty();
    }

    /** Integers, of which a single one need not be written as a list. */
    Optional<List<Long>> integers(String argument) {
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

    Optional<String> text(String argument) {
        return call.argument(argument) instanceof Argument.Literal literal
                        && literal.attribute() instanceof Attribute.StringAttribute a
                ? Optional.of(a.value())
                : Optional.empty();
    }
}
