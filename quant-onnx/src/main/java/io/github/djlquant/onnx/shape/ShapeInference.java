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
package io.github.djlquant.onnx.shape;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.op.OpCatalog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Shapes of inner values that hold for every run: extents follow from the declared inputs, from
 * constants and from the small integer tensors with which exporters compute shapes inside the graph
 * (Shape, Gather, Unsqueeze, Concat, Reshape). An extent that can't be told gets a symbol of its
 * own, so that what is equal to it shows as equal.
 *
 * <p>ONNX's own inference stops at such computed shapes; the runtime's fusions of norms and
 * residual sums need them.
 */
public final class ShapeInference {

    private static final int MOST_ELEMENTS = 16;
    private static final int HIGHEST_RANK = 16;

    private final Graph graph;
    private final Map<String, Known> known = new HashMap<>();
    private final ShapeRules rules;
    private final ElementRules elements;

    /**
     * Infers.
     *
     * @param graph a legal graph
     * @param catalog the operators' roles
     */
    public ShapeInference(Graph graph, OpCatalog catalog) {
        this.graph = graph;
        long opset = graph.opsets().getOrDefault(OpType.ONNX, Long.MAX_VALUE);
        rules = new ShapeRules(catalog, opset);
        elements = new ElementRules(opset);
        for (Value input : graph.inputs()) {
            known.put(input.name(), declared(input.name(), input.type(), true));
        }
        for (Node node : graph.nodes()) {
            visit(node);
        }
    }

    /**
     * Returns the extents of a value.
     *
     * @param value its name
     * @return outermost first; empty if the rank is not known
     */
    public Optional<List<Extent>> extents(String value) {
        return Optional.ofNullable(of(value).shape());
    }

    /**
     * Returns the type of a value with the names of its extents.
     *
     * @param value its name
     * @return the type; empty if element type or rank are not known
     */
    public Optional<ValueType.TensorType> type(String value) {
        Known found = of(value);
        return found.hasShape() && found.type() != null
                ? Optional.of(new ValueType.TensorType(found.type(), found.toShape()))
                : Optional.empty();
    }

    private Known of(String value) {
        Known found = known.get(value);
        if (found == null) {
            found = graph.constant(value).map(ShapeInference::constant).orElse(Known.NOTHING);
            known.put(value, found);
        }
        return found;
    }

    private void visit(Node node) {
        List<Known> inputs = node.inputs().stream().map(this::of).toList();
        List<Known> made = elements.infer(node, inputs).map(List::of).orElse(null);
        if (made == null) {
            made = rules.infer(node, inputs);
        }
        for (int i = 0; i < node.outputs().size(); i++) {
            String output = node.outputs().get(i);
            if (output.isEmpty()) {
                continue;
            }
            Known found = i < made.size() ? made.get(i) : Known.NOTHING;
            known.put(
                    output,
                    found.hasShape()
                            ? named(output, found)
                            : declared(output, graph.type(output), false));
        }
    }

    /** Gives extents that could not be told a symbol of their own. */
    private static Known named(String value, Known found) {
        if (found.rank() > HIGHEST_RANK) {
            return Known.NOTHING;
        }
        List<Extent> shape = new ArrayList<>();
        for (int axis = 0; axis < found.rank(); axis++) {
            Extent extent = found.extent(axis);
            shape.add(extent.factor() < 0 ? own(value, axis) : extent);
        }
        return new Known(found.type(), shape, found.elements());
    }

    private static Extent own(String value, int axis) {
        return Extent.of(value + ":" + axis);
    }

    /** Names are trusted at inputs only: exporters let users write any name at an output. */
    private static Known declared(String value, ValueType type, boolean trusted) {
        if (!(type instanceof ValueType.TensorType tensor) || tensor.shape() == null) {
            return Known.NOTHING;
        }
        Shape shape = tensor.shape();
        if (shape.rank() > HIGHEST_RANK) {
            return Known.NOTHING;
        }
        List<Extent> extents = new ArrayList<>();
        for (Dimension dimension : shape.dimensions()) {
            if (dimension instanceof Dimension.Fixed fixed) {
                extents.add(Extent.of(fixed.size()));
            } else if (dimension instanceof Dimension.Symbolic symbolic && trusted) {
                extents.add(Extent.of(symbolic.name()));
            } else {
                extents.add(own(value, extents.size()));
            }
        }
        return Known.of(tensor.dataType(), extents);
    }

    private static Known constant(Tensor tensor) {
        List<Extent> shape = new ArrayList<>();
        for (long size : tensor.shape().toArray()) {
            shape.add(Extent.of(size));
        }
        boolean integers =
                tensor.dataType() == DataType.INT64 || tensor.dataType() == DataType.INT32;
        if (!integers || shape.size() > 1 || tensor.elementCount() > MOST_ELEMENTS) {
            return Known.of(tensor.dataType(), shape);
        }
        List<Extent> elements = new ArrayList<>();
        for (long element : tensor.toLongs()) {
            elements.add(Extent.of(element));
        }
        return new Known(tensor.dataType(), shape, elements);
    }
}
