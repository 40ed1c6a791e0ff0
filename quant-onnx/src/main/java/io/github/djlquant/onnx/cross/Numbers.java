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
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Numbers, sizes and shapes, known or computed in the graph. */
final class Numbers {

    private Numbers() {}

    /** The extent of an axis; a negative one counts from the end. */
    static Item size(Item.Array array, long axis, Emitter graph) {
        int own = array.shape() == null ? -1 : Shapes.axis(axis, array.rank());
        if (own >= 0 && array.shape().size(own) >= 0) {
            return Literals.of(array.shape().size(own));
        }
        long start = own >= 0 ? own : axis;
        String symbol =
                own >= 0 && array.shape().dimensions().get(own) instanceof Dimension.Symbolic s
                        ? s.name()
                        : array.value() + "@" + axis;
        Item.Array made =
                graph.once(
                        "size " + symbol,
                        () -> {
                            Emitter.Op shape = graph.op("Shape").in(array).attr("start", start);
                            if (start != -1) {
                                shape.attr("end", start + 1);
                            }
                            return shape.to(DataType.INT64, Shapes.of(1));
                        });
        graph.store().symbol(made.value(), symbol);
        return new Item.Number(made.value(), DataType.INT64);
    }

    /** All extents. */
    static Item sizes(Item.Array array, Emitter graph) {
        if (array.shape() == null) {
            return new Item.Vector(dims(array, graph).value());
        }
        List<Item> sizes = new ArrayList<>();
        for (int axis = 0; axis < array.rank(); axis++) {
            sizes.add(size(array, axis, graph));
        }
        return new Item.Items(sizes);
    }

    /** The shape as a vector. */
    static Item.Array dims(Item.Array array, Emitter graph) {
        if (array.shape() != null && array.shape().isStatic()) {
            return graph.longs(array.shape().toArray());
        }
        return graph.once(
                "dims " + array.value(),
                () -> graph.op("Shape").in(array).to(DataType.INT64, Shapes.of(array.rank())));
    }

    /** Integers as a vector. */
    static Item.Array vector(Item item, Emitter graph) {
        if (item instanceof Item.Vector vector) {
            return new Item.Array(vector.value(), DataType.INT64, Shapes.of(-1));
        } else if (item instanceof Item.Array array) {
            return array.hasRank(1) ? array : one(item, graph);
        } else if (!(item instanceof Item.Items items)) {
            return one(item, graph);
        } else {
            return vector(items.elements(), graph);
        }
    }

    static Item.Array vector(List<Item> items, Emitter graph) {
        List<Item.Array> parts = new ArrayList<>();
        List<Long> known = new ArrayList<>();
        for (Item item : items) {
            Optional<Long> literal = Literals.integer(item);
            if (literal.isPresent()) {
                known.add(literal.get());
            } else {
                if (!known.isEmpty()) {
                    parts.add(graph.longs(known));
                    known.clear();
                }
                parts.add(one(item, graph));
            }
        }
        if (!known.isEmpty() || parts.isEmpty()) {
            parts.add(graph.longs(known));
        }
        return parts.size() == 1
                ? parts.get(0)
                : graph.op("Concat")
                        .in(parts)
                        .attr("axis", 0)
                        .to(DataType.INT64, Shapes.of(items.size()));
    }

    /** A number as a vector of one element. */
    static Item.Array one(Item item, Emitter graph) {
        if (item instanceof Item.Number number) {
            return cast(array(number), DataType.INT64, graph);
        } else if (item instanceof Item.Array array) {
            return cast(
                    graph.op("Reshape").in(array, graph.longs(1L)).to(array.type(), Shapes.of(1)),
                    DataType.INT64,
                    graph);
        }
        return graph.longs(
                Literals.integer(item)
                        .orElseThrow(() -> new RefusedException("an integer is expected")));
    }

    static Item.Array array(Item.Number number) {
        return new Item.Array(number.value(), number.type(), Shapes.of(1));
    }

    /** A number as a tensor without axes. */
    static Item.Array scalar(Item item, DataType type, Emitter graph) {
        if (item instanceof Item.Number number) {
            Item.Array scalar =
                    graph.once(
                            "scalar " + number.value(),
                            () ->
                                    graph.op("Squeeze")
                                            .in(array(number), graph.longs(0L))
                                            .to(number.type(), Shapes.SCALAR));
            return cast(scalar, type, graph);
        } else if (item instanceof Item.Array array) {
            return cast(array, type, graph);
        }
        if (Literals.integer(item).filter(l -> Math.abs(l) > 1L << 53).isPresent()
                && type == DataType.INT64) {
            return graph.constant(
                    io.github.djlquant.graph.Tensor.ofLongs(
                            new long[] {Literals.integer(item).get()}),
                    "constant/large");
        }
        return graph.scalar(
                Literals.number(item)
                        .orElseThrow(() -> new RefusedException("a number is expected")),
                type);
    }

    /** A tensor of one element as a number. */
    static Item number(Item item, DataType type, Emitter graph) {
        if (item instanceof Item.Array array) {
            if (array.rank() > 0 && array.shape().isStatic() && array.shape().elementCount() != 1) {
                throw new RefusedException("it makes a number of a tensor of several elements");
            }
            Optional<Item> known = known(array, type, graph);
            if (known.isPresent()) {
                return known.get();
            }
            Item.Array vector =
                    graph.op("Reshape").in(array, graph.longs(1L)).to(array.type(), Shapes.of(1));
            graph.store()
                    .symbol(array.value())
                    .ifPresent(symbol -> graph.store().symbol(vector.value(), symbol));
            return new Item.Number(cast(vector, type, graph).value(), type);
        } else if (item instanceof Item.Number number) {
            return number.type() == type
                    ? number
                    : new Item.Number(cast(array(number), type, graph).value(), type);
        } else if (item instanceof Item.Literal literal) {
            double value = Literals.number(item).orElseThrow();
            return switch (type) {
                case INT64 -> literal.value() instanceof Long ? item : Literals.of((long) value);
                case BOOL -> Literals.of(value != 0);
                default -> new Item.Literal(value);
            };
        }
        throw new RefusedException("a number is expected");
    }

    private static Optional<Item> known(Item.Array array, DataType type, Emitter graph) {
        return graph.constant(array)
                .filter(tensor -> tensor.elementCount() == 1)
                .map(
                        tensor -> {
                            double[] value = new double[1];
                            tensor.forEach((i, v) -> value[0] = v);
                            return switch (type) {
                                case INT64 -> Literals.of((long) value[0]);
                                case BOOL -> Literals.of(value[0] != 0);
                                default -> new Item.Literal(value[0]);
                            };
                        });
    }

    static Item.Array cast(Item.Array array, DataType type, Emitter graph) {
        if (array.type() == type) {
            return array;
        }
        Optional<io.github.djlquant.graph.Tensor> constant = graph.constant(array);
        if (constant.isPresent() && constant.get().elementCount() == 1) {
            double[] value = new double[1];
            constant.get().forEach((i, v) -> value[0] = v);
            if (Math.abs(value[0]) < 1L << 53 || type.isFloatingPoint()) {
                Item.Array scalar = graph.scalar(value[0], type);
                return array.rank() == 0
                        ? scalar
                        : graph.constant(
                                graph.constant(scalar).orElseThrow().reshape(array.shape()),
                                array.value() + "/" + type);
            }
        }
        return graph.once(
                "cast " + type + " " + array.value(),
                () ->
                        graph.op("Cast")
                                .in(array)
                                .attr("to", OnnxCodes.of(type))
                                .to(type, array.shape()));
    }

    /** What is known of a shape made of such sizes. */
    static Shape shape(List<Item> sizes, Emitter graph) {
        List<Dimension> dimensions = new ArrayList<>();
        for (Item size : sizes) {
            Dimension dimension =
                    Literals.integer(size).map(Shapes::dimension).orElse(Dimension.UNKNOWN);
            if (size instanceof Item.Number number) {
                dimension =
                        graph.store()
                                .symbol(number.value())
                                .<Dimension>map(Dimension.Symbolic::new)
                                .orElse(Dimension.UNKNOWN);
            }
            dimensions.add(dimension);
        }
        return new Shape(dimensions);
    }

    static List<Item> literals(List<Long> values) {
        return values.stream().<Item>map(Item.Literal::new).toList();
    }
}
