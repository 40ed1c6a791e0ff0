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

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/** What two ways of a branch hand on, tensor by tensor. */
final class Joined {

    private final Emitter then;
    private final Emitter otherwise;
    private final List<Item.Array> first = new ArrayList<>();
    private final List<Item.Array> second = new ArrayList<>();
    private final List<DataType> types = new ArrayList<>();
    private final List<Shape> shapes = new ArrayList<>();

    Joined(Emitter then, Emitter otherwise) {
        this.then = then;
        this.otherwise = otherwise;
    }

    List<Item.Array> first() {
        return first;
    }

    List<Item.Array> second() {
        return second;
    }

    List<DataType> types() {
        return types;
    }

    List<Shape> shapes() {
        return shapes;
    }

    /** Finds an item among a node's outputs. */
    @FunctionalInterface
    interface Part {
        Item of(List<Item.Array> outputs);
    }

    Part join(Item a, Item b) {
        if (a.equals(b)) {
            return outputs -> a;
        } else if (a instanceof Item.Nothing) {
            return join(like(b), b);
        } else if (b instanceof Item.Nothing) {
            return join(a, like(a));
        } else if (a instanceof Item.Items left
                && b instanceof Item.Items right
                && left.elements().size() == right.elements().size()) {
            List<Part> parts = new ArrayList<>();
            for (int i = 0; i < left.elements().size(); i++) {
                parts.add(join(left.elements().get(i), right.elements().get(i)));
            }
            return outputs -> new Item.Items(parts.stream().map(part -> part.of(outputs)).toList());
        } else if (a instanceof Item.Array left && b instanceof Item.Array right) {
            return tensors(left, right);
        } else if (Literals.isNumber(a) && Literals.isNumber(b) && kind(a) == kind(b)) {
            DataType type = kind(a);
            int place = add(number(a, type, then), number(b, type, otherwise));
            return outputs -> new Item.Number(outputs.get(place).value(), type);
        }
        throw new RefusedException("its two ways hand on things of different kinds");
    }

    private Part tensors(Item.Array a, Item.Array b) {
        if (a.type() != b.type()) {
            throw new RefusedException(
                    "its two ways hand on tensors of " + a.type() + " and " + b.type());
        }
        int place = add(a, b);
        return outputs -> outputs.get(place);
    }

    private int add(Item.Array a, Item.Array b) {
        first.add(own(a, then, first));
        second.add(own(b, otherwise, second));
        types.add(a.type());
        shapes.add(Shapes.either(a.shape(), b.shape()));
        return types.size() - 1;
    }

    /** What a body hands on it makes itself, each under a name of its own. */
    static Item.Array own(Item.Array array, Emitter body, List<Item.Array> others) {
        if (array.value().isEmpty()) {
            Item.Array unread = body.constant(Store.filled(0, array.type(), 1), "constant/unread");
            return body.op("Identity").in(unread).like(unread);
        }
        boolean made = false;
        for (Node node : body.nodes()) {
            made |= node.outputs().contains(array.value());
        }
        boolean twice = others.stream().anyMatch(other -> other.value().equals(array.value()));
        return made && !twice ? array : body.op("Identity").in(array).like(array);
    }

    static DataType kind(Item number) {
        if (number instanceof Item.Number n) {
            return n.type();
        }
        DataType type = ElementTypes.number(number);
        return type == DataType.FLOAT ? DataType.DOUBLE : type;
    }

    static Item.Array number(Item item, DataType type, Emitter emitter) {
        if (item instanceof Item.Number number) {
            return Numbers.array(number);
        }
        double value = Literals.number(item).orElseThrow();
        return type == DataType.INT64
                ? emitter.longs(Literals.integer(item).orElseThrow())
                : emitter.constant(Store.filled(value, type, 1), "constant/" + value);
    }

    /** Something of the same kind that is never read; a tensor without a name. */
    static Item like(Item item) {
        if (item instanceof Item.Items items) {
            return new Item.Items(items.elements().stream().map(Joined::like).toList());
        } else if (item instanceof Item.Number number) {
            return switch (number.type()) {
                case INT64 -> Literals.of(0L);
                case BOOL -> Literals.of(false);
                default -> new Item.Literal(0.0);
            };
        }
        return item instanceof Item.Array array ? new Item.Array("", array.type(), null) : item;
    }
}
