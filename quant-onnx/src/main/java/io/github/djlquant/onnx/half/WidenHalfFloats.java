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
package io.github.djlquant.onnx.half;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Lets a model of float16 compute in float32: what is left of its weights after quantization would
 * otherwise be half floats, for which CPUs have no kernels (the runtime widens around each one),
 * and integer kernels yield float32 only. Inputs and outputs keep their type.
 *
 * <pre>
 *   x:half   w:half              x:half -> Cast -> x:float   w:float
 *       \    /                                         \     /
 *        layer            =&gt;                            layer
 *          |                                              |
 *        y:half                                  y:float -> Cast -> y:half
 * </pre>
 *
 * Not the same function to the last bit: half floats round after every operator, and overflow.
 */
public final class WidenHalfFloats implements BlockTransform {

    /** The codes of binary16 and binary32 in ONNX. */
    private static final long HALF = 10;

    private static final long FLOAT = 1;

    /** Attributes that name the element type that a node makes. */
    private static final Set<String> TYPE_ATTRIBUTES = Set.of("to", "dtype", "output_datatype");

    private static final Set<String> KNOWN_DIALECTS = Set.of(OpType.ONNX, OpType.MICROSOFT);

    /** Creates the transform; called by ServiceLoader. */
    public WidenHalfFloats() {}

    @Override
    public Phase phase() {
        return Phase.FUSE;
    }

    /** Behind the raising of the opset, before what looks for float weights. */
    @Override
    public int order() {
        return -50;
    }

    @Override
    public boolean isFloatEquivalent() {
        return false;
    }

    @Override
    public Graph apply(Graph graph, TransformContext context) {
        if (!holdsHalf(graph)) {
            return graph;
        }
        Optional<String> obstacle = obstacle(graph);
        if (obstacle.isPresent()) {
            context.didNotFire(name(), "", obstacle.get());
            return graph;
        }
        GraphEditor editor = widened(graph);
        for (Value input : graph.inputs()) {
            if (isHalf(input.type())) {
                String wide = editor.freshName(input.name() + "_float");
                editor.replaceReads(input.name(), wide);
                editor.put(cast(editor, input.name(), wide, FLOAT));
            }
        }
        for (Value output : graph.outputs()) {
            if (isHalf(output.type()) && graph.producer(output.name()).isPresent()) {
                narrow(output, editor, graph.producer(output.name()).get().name());
            }
        }
        context.fired(name(), "", "float16 became float32");
        return editor.build();
    }

    private static boolean holdsHalf(Graph graph) {
        return graph.constants().values().stream().anyMatch(WidenHalfFloats::isHalf)
                || graph.inputs().stream().anyMatch(value -> isHalf(value.type()))
                || graph.nodes().stream().anyMatch(WidenHalfFloats::makesHalf);
    }

    private static boolean makesHalf(Node node) {
        return node.bodies().stream().anyMatch(WidenHalfFloats::holdsHalf)
                || node.attributes().entrySet().stream()
                        .anyMatch(
                                entry ->
                                        isHalfCode(entry.getKey(), entry.getValue())
                                                || entry.getValue()
                                                                instanceof
                                                                Attribute.TensorAttribute tensor
                                                        && isHalf(tensor.value()));
    }

    private static Optional<String> obstacle(Graph graph) {
        for (Node node : graph.nodes()) {
            if (!KNOWN_DIALECTS.contains(node.op().dialect())) {
                return Optional.of("what " + node.op() + " does with float16 is not known");
            }
            for (Graph body : node.bodies()) {
                Optional<String> inner = obstacle(body);
                if (inner.isPresent()) {
                    return inner;
                }
            }
        }
        boolean constant =
                graph.outputs().stream()
                        .anyMatch(
                                output ->
                                        graph.constant(output.name())
                                                .filter(WidenHalfFloats::isHalf)
                                                .isPresent());
        return constant ? Optional.of("an output is a float16 constant") : Optional.empty();
    }

    /** Everything inside a graph in float32; its inputs and outputs if it is a body. */
    private static GraphEditor widened(Graph graph) {
        GraphEditor editor = graph.edit();
        graph.constants()
                .forEach(
                        (name, tensor) -> {
                            if (isHalf(tensor)) {
                                editor.constant(name, widened(tensor));
                            }
                        });
        graph.types()
                .forEach(
                        (name, type) -> {
                            if (graph.producer(name).isPresent() && !graph.isOutput(name)) {
                                editor.type(name, widened(type));
                            }
                        });
        graph.nodes().forEach(node -> editor.put(widened(node)));
        return editor;
    }

    private static Node widened(Node node) {
        Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
        attributes.replaceAll(
                (key, attribute) -> {
                    if (isHalfCode(key, attribute)) {
                        return Attribute.of(FLOAT);
                    } else if (attribute instanceof Attribute.TensorAttribute tensor
                            && isHalf(tensor.value())) {
                        return new Attribute.TensorAttribute(widened(tensor.value()));
                    } else if (attribute instanceof Attribute.GraphAttribute body) {
                        return new Attribute.GraphAttribute(body(body.body()));
                    }
                    return attribute;
                });
        return node.withAttributes(attributes);
    }

    private static Graph body(Graph body) {
        return widened(body)
                .inputs(inputs -> inputs.stream().map(WidenHalfFloats::widened).toList())
                .outputs(outputs -> outputs.stream().map(WidenHalfFloats::widened).toList())
                .build();
    }

    private static Value widened(Value value) {
        return new Value(value.name(), widened(value.type()));
    }

    private static ValueType widened(ValueType type) {
        if (type instanceof ValueType.TensorType t && t.dataType() == DataType.FLOAT16) {
            return new ValueType.TensorType(DataType.FLOAT, t.shape());
        } else if (type instanceof ValueType.ListType list) {
            return new ValueType.ListType(widened(list.element()));
        } else if (type instanceof ValueType.OptionalType optional) {
            return new ValueType.OptionalType(widened(optional.element()));
        }
        return type;
    }

    private static Tensor widened(Tensor tensor) {
        return Tensor.ofFloats(tensor.toFloats(), tensor.shape().toArray());
    }

    /** The value under an output's name becomes half again; readers inside read the wide one. */
    private static void narrow(Value output, GraphEditor editor, String producer) {
        String wide = editor.freshName(output.name() + "_float");
        editor.replaceReads(output.name(), wide);
        Node maker = editor.node(producer).orElseThrow();
        editor.put(
                maker.withOutputs(
                        maker.outputs().stream()
                                .map(made -> made.equals(output.name()) ? wide : made)
                                .toList()));
        editor.put(cast(editor, wide, output.name(), HALF));
    }

    private static Node cast(GraphEditor editor, String from, String made, long to) {
        return new Node(
                editor.freshName(made + "/Cast"),
                OpType.onnx("Cast"),
                java.util.List.of(from),
                java.util.List.of(made),
                Map.of("to", Attribute.of(to)));
    }

    private static boolean isHalfCode(String key, Attribute attribute) {
        return TYPE_ATTRIBUTES.contains(key)
                && attribute instanceof Attribute.IntAttribute code
                && code.value() == HALF;
    }

    private static boolean isHalf(Tensor tensor) {
        return tensor.dataType() == DataType.FLOAT16;
    }

    private static boolean isHalf(ValueType type) {
        return type instanceof ValueType.TensorType t && t.dataType() == DataType.FLOAT16;
    }
}
