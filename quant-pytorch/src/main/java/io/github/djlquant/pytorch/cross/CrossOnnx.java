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
package io.github.djlquant.pytorch.cross;

import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.MissingRows;
import io.github.djlquant.graph.FreeValues;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphChecker;
import io.github.djlquant.graph.NeededNodes;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.pytorch.archive.TorchArchive;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Crosses a graph of the ONNX dialect to TorchScript's operators.
 *
 * <pre>
 *   Conv (pads, strides, ..)           aten::conv2d (stride, padding, ..)
 *     |                                  |
 *   Shape  - Gather - Concat     =&gt;    aten::size   (an integer)
 *     |                 |                |        \
 *   Reshape ------------+              aten::reshape ([size, -1])
 * </pre>
 *
 * Inputs and outputs keep names, order and types. Computed shapes become integers.
 */
public final class CrossOnnx {

    /** Before, elementwise operators broadcast by attributes. */
    private static final long LOWEST_OPSET = 7;

    private CrossOnnx() {}

    /**
     * Crosses a graph.
     *
     * @param graph a legal graph of the ONNX dialect, of opset 7 or newer
     * @return the same function as calls of TorchScript's operators
     * @throws UnsupportedModelException if operators have no row, listing all of them, or if a row
     *     has no form for what a node says
     */
    public static Graph cross(Graph graph) {
        MissingRows.refuse(graph, node -> OnnxRows.row(node.op()).isPresent(), "TorchScript");
        long opset = graph.opsets().getOrDefault(OpType.ONNX, LOWEST_OPSET);
        if (opset < LOWEST_OPSET) {
            throw new UnsupportedModelException(
                    Problem.of("the model's opset is too old to cross to TorchScript")
                            .in(graph.name().isEmpty() ? null : graph.name())
                            .expected("opset " + LOWEST_OPSET + " or newer")
                            .actual(opset)
                            .next("Convert the model to a newer opset"));
        }
        Set<String> taken = new HashSet<>();
        reserve(graph, taken);
        Map<String, Tensor> constants = new LinkedHashMap<>();
        Crossing crossing = new Crossing(graph, opset, new Emitter(taken, constants), constants);
        graph.inputs().forEach(crossing::input);
        crossing.run();
        return finish(graph, crossing, constants);
    }

    private static void reserve(Graph graph, Set<String> taken) {
        graph.inputs().forEach(value -> taken.add(value.name()));
        graph.outputs().forEach(value -> taken.add(value.name()));
        taken.addAll(graph.constants().keySet());
        for (Node node : graph.nodes()) {
            taken.add(node.name());
            taken.addAll(node.inputs());
            taken.addAll(node.outputs());
            node.bodies().forEach(body -> reserve(body, taken));
        }
    }

    private static Graph finish(Graph graph, Crossing crossing, Map<String, Tensor> constants) {
        List<Value> outputs = new ArrayList<>();
        for (Value output : graph.outputs()) {
            String name = crossing.leave(output.name());
            outputs.add(new Value(name, type(output, crossing.facts(output.name()))));
        }
        List<Node> nodes =
                NeededNodes.of(crossing.emit.nodes(), outputs.stream().map(Value::name).toList());
        Set<String> made = new HashSet<>();
        nodes.forEach(node -> made.addAll(node.outputs()));
        Map<String, ValueType> types = crossing.types();
        types.keySet().retainAll(made);
        outputs.forEach(output -> types.remove(output.name()));
        Set<String> read = new HashSet<>();
        nodes.forEach(node -> read.addAll(FreeValues.of(node)));
        constants.keySet().retainAll(read);
        Graph crossed =
                new Graph(
                        graph.name(),
                        graph.inputs(),
                        outputs,
                        nodes,
                        constants,
                        types,
                        Map.of(OpType.ATEN, TorchArchive.NEWEST_VERSION),
                        graph.metadata(),
                        Map.of());
        return GraphChecker.check(crossed, "the model crossed to TorchScript");
    }

    private static ValueType type(Value declared, Facts found) {
        return found.type() == null
                ? declared.type()
                : new ValueType.TensorType(found.type(), found.shape());
    }
}
