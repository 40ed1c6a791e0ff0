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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.pytorch.cross.Operand.Ints;
import io.github.djlquant.pytorch.cross.Operand.TensorOf;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.op.PrimOps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Branches and loops: a condition is a tensor in ONNX and a truth value in TorchScript. */
final class ControlRows {

    private static final ValueType INT = new ValueType.OtherType("int", null);
    private static final ValueType BOOL = new ValueType.OtherType("bool", null);

    private ControlRows() {}

    static void addTo(Map<String, Row> rows) {
        rows.put("If", ControlRows::branch);
        rows.put("Loop", ControlRows::loop);
    }

    private static Graph body(Operation op, String attribute) {
        return op.any(attribute)
                .filter(Attribute.GraphAttribute.class::isInstance)
                .map(a -> ((Attribute.GraphAttribute) a).body())
                .orElseThrow(() -> op.refuse("it has no " + attribute, attribute, null));
    }

    private static void branch(Operation op, Crossing to) {
        String condition = to.emit.value("Bool", BOOL, to.tensor(op, 0));
        Crossing then = to.nested(body(op, "then_branch"), "then_branch", op);
        Crossing otherwise = to.nested(body(op, "else_branch"), "else_branch", op);
        then.run();
        otherwise.run();
        Map<String, Attribute> bodies = new LinkedHashMap<>();
        List<Facts> facts = new ArrayList<>();
        Graph thenGraph = finish(op, then, List.of(), facts);
        List<Facts> others = new ArrayList<>();
        Graph elseGraph = finish(op, otherwise, List.of(), others);
        bodies.put(PrimOps.THEN, new Attribute.GraphAttribute(thenGraph));
        bodies.put(PrimOps.ELSE, new Attribute.GraphAttribute(elseGraph));
        List<String> made = names(op, to);
        to.emit.start(op.node().name());
        to.emit.put(new Node(op.node().name(), PrimOps.IF, List.of(condition), made, bodies));
        for (int i = 0; i < made.size(); i++) {
            Facts a = facts.get(i);
            boolean agree = a.shape() != null && a.shape().equals(others.get(i).shape());
            to.define(op, i, new TensorOf(made.get(i), a.type(), agree ? a.shape() : null));
        }
    }

    private static List<String> names(Operation op, Crossing to) {
        List<String> made = new ArrayList<>();
        for (String output : op.node().outputs()) {
            made.add(output.isEmpty() ? to.emit.freshName("unread") : output);
        }
        return made;
    }

    /** A body hands on tensors under names of its own. */
    private static Graph finish(
            Operation op, Crossing crossing, List<Value> inputs, List<Facts> facts) {
        List<Value> outputs = new ArrayList<>();
        for (Value output : crossing.source().outputs()) {
            TensorOf tensor = crossing.tensor(output.name());
            facts.add(tensor.facts());
            outputs.add(
                    new Value(
                            tensor.name(),
                            new ValueType.TensorType(tensor.type(), tensor.shape())));
        }
        return graph(crossing, inputs, outputs, op);
    }

    private static Graph graph(
            Crossing crossing, List<Value> inputs, List<Value> outputs, Operation op) {
        return new Graph(
                op.node().name(),
                inputs,
                outputs,
                crossing.emit.nodes(),
                Map.of(),
                crossing.innerTypes(),
                Map.of(),
                Map.of(),
                Map.of());
    }

    /** What is handed on from round to round; what is collected over rounds has no counterpart. */
    private static void loop(Operation op, Crossing to) {
        Graph body = body(op, "body");
        int carried = op.inputs() - 2;
        if (body.outputs().size() != carried + 1) {
            throw op.refuse(
                    "it collects values over its rounds",
                    carried + " values handed on",
                    body.outputs().size() - 1);
        }
        Int rounds = op.has(0) ? to.integer(op, 0) : Int.of(Long.MAX_VALUE);
        Argument first =
                op.has(1)
                        ? Argument.of(to.emit.value("Bool", BOOL, to.tensor(op, 1)))
                        : Argument.literal(true);
        List<Argument> arguments = new ArrayList<>();
        arguments.add(
                rounds.isKnown() ? Argument.literal(rounds.known()) : Argument.of(rounds.value()));
        arguments.add(first);
        List<TensorOf> states = new ArrayList<>();
        for (int i = 0; i < carried; i++) {
            TensorOf state = to.tensor(op, i + 2);
            states.add(state);
            arguments.add(Argument.of(state.name()));
        }
        Crossing round = to.nested(body, "body", op);
        List<Value> inputs = new ArrayList<>();
        String index = body.inputs().get(0).name();
        inputs.add(new Value(index, INT));
        round.put(index, new Ints(List.of(Int.computed(index, true)), true, DataType.INT64));
        round.put(
                body.inputs().get(1).name(),
                to.emit.constant("true", Constants.truths(new byte[] {1}, true)));
        for (int i = 0; i < carried; i++) {
            String name = body.inputs().get(i + 2).name();
            DataType type = states.get(i).type();
            inputs.add(new Value(name, new ValueType.TensorType(type, null)));
            round.put(name, new TensorOf(name, type, null));
        }
        round.run();
        List<Facts> facts = new ArrayList<>();
        Graph tensors = finish(op, round, inputs, facts);
        List<Value> outputs = new ArrayList<>(tensors.outputs());
        round.emit.start(op.node().name() + "/next");
        String next = round.emit.value("Bool", BOOL, round.tensor(body.outputs().get(0).name()));
        outputs.set(0, new Value(next, BOOL));
        Graph crossed = graph(round, inputs, outputs, op);
        List<String> made = names(op, to);
        to.emit.start(op.node().name());
        to.emit.put(
                new Call(PrimOps.LOOP, arguments)
                        .node(op.node().name(), made)
                        .withAttribute(PrimOps.BODY, new Attribute.GraphAttribute(crossed)));
        for (int i = 0; i < made.size(); i++) {
            to.define(op, i, new TensorOf(made.get(i), facts.get(i + 1).type(), null));
        }
    }
}
