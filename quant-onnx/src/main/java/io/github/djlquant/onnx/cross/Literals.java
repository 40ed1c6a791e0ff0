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
package io.github.djlquant.onnx.cross;

import io.github.djlquant.graph.Attribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Literals of the source as {@link Item}s and back. */
final class Literals {

    private Literals() {}

    static Item of(Attribute attribute) {
        if (attribute instanceof Attribute.IntAttribute a) {
            return new Item.Literal(a.value());
        } else if (attribute instanceof Attribute.DoubleAttribute a) {
            return new Item.Literal(a.value());
        } else if (attribute instanceof Attribute.FloatAttribute a) {
            return new Item.Literal((double) a.value());
        } else if (attribute instanceof Attribute.BoolAttribute a) {
            return new Item.Literal(a.value());
        } else if (attribute instanceof Attribute.StringAttribute a) {
            return new Item.Literal(a.value());
        } else if (attribute instanceof Attribute.IntsAttribute a) {
            return new Item.Items(
                    a.values().stream().<Item>map(value -> new Item.Literal(value)).toList());
        } else if (attribute instanceof Attribute.LiteralAttribute a) {
            return new LiteralText(a.text()).read();
        }
        throw new RefusedException("it has a literal of a kind that does not cross");
    }

    static Item of(long value) {
        return new Item.Literal(value);
    }

    static Item of(boolean value) {
        return new Item.Literal(value);
    }

    /** A known number; truth values count as 0 and 1. */
    static Optional<Double> number(Item item) {
        if (item instanceof Item.Literal literal) {
            if (literal.value() instanceof Long number) {
                return Optional.of((double) number);
            } else if (literal.value() instanceof Double number) {
                return Optional.of(number);
            } else if (literal.value() instanceof Boolean truth) {
                return Optional.of(truth ? 1.0 : 0.0);
            }
        }
        return Optional.empty();
    }

    static Optional<Long> integer(Item item) {
        return item instanceof Item.Literal literal && literal.value() instanceof Long number
                ? Optional.of(number)
                : Optional.empty();
    }

    static Optional<Boolean> truth(Item item) {
        return item instanceof Item.Literal literal && literal.value() instanceof Boolean truth
                ? Optional.of(truth)
                : Optional.empty();
    }

    /** Known integers, of a list or a single one. */
    static Optional<List<Long>> integers(Item item) {
        List<Item> items = item instanceof Item.Items list ? list.elements() : List.of(item);
        List<Long> values = new ArrayList<>();
        for (Item element : items) {
            Optional<Long> value = integer(element);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            values.add(value.get());
        }
        return Optional.of(values);
    }

    /** Whether an item is a number, known or not. */
    static boolean isNumber(Item item) {
        return item instanceof Item.Number || number(item).isPresent();
    }
}
