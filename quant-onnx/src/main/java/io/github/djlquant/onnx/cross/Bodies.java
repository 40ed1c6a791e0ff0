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
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Branches and loops. What the input does not decide is walked along instead: the way taken, and
 * every round of a loop whose number of rounds is known.
 */
final class Bodies {

    /** A loop's arguments are only positional. */
    static final Rows.Entry LOOP = new Rows.Entry(List.of(List.of("...")), (c, g) -> Item.NONE);

    private static final int MOST_ROUNDS = 256;
    private static final int MOST_NODES = 20_000;

    /** What is handed on is more and more general, so this ends sooner. */
    private static final int MOST_PASSES = 6;

    private final Crossing crossing;

    Bodies(Crossing crossing) {
        this.crossing = crossing;
    }

    static boolean isBranch(Node node) {
        return node.op().equals(new OpType(OpType.PRIM, "If"));
    }

    static boolean isLoop(Node node) {
        return node.op().equals(new OpType(OpType.PRIM, "Loop"));
    }

    /** Refuses a branch or loop without its bodies. */
    void require(Node node) {
        if (isBranch(node)) {
            body(node, "then");
            body(node, "else");
        } else if (isLoop(node)) {
            body(node, "body");
        }
    }

    private static Graph body(Node node, String name) {
        if (node.attributes().get(name) instanceof Attribute.GraphAttribute body) {
            return body.body();
        }
        throw new RefusedException("it has no body " + name);
    }

    Item branch(Node node, Crossing.Scope scope, Emitter emitter, String place) {
        Item condition = crossing.value(node.input(0), scope);
        Optional<Boolean> known = Literals.truth(condition);
        if (known.isPresent()) {
            String way = known.get() ? "then" : "else";
            Crossing.Scope inner = new Crossing.Scope(scope);
            Graph body = body(node, way);
            crossing.visit(body.nodes(), inner, emitter, place + "/" + way + "/");
            return result(node, results(body, inner, 0));
        } else if (condition instanceof Item.Nothing) {
            return condition;
        }
        Emitter then = emitter.body();
        Emitter otherwise = emitter.body();
        List<Item> thenItems = cross(node, "then", scope, then, place);
        List<Item> elseItems = cross(node, "else", scope, otherwise, place);
        emitter.begin(node.name());
        Joined joined = new Joined(then, otherwise);
        List<Joined.Part> parts = new ArrayList<>();
        for (int i = 0; i < thenItems.size(); i++) {
            parts.add(joined.join(thenItems.get(i), elseItems.get(i)));
        }
        Item.Array flag = Numbers.scalar(condition, DataType.BOOL, emitter);
        List<Item.Array> made =
                joined.types().isEmpty()
                        ? List.of()
                        : emitter.op("If")
                                .in(flag)
                                .attr(
                                        "then_branch",
                                        new Attribute.GraphAttribute(
                                                then.close(
                                                        node.name() + "/then",
                                                        List.of(),
                                                        joined.first())))
                                .attr(
                                        "else_branch",
                                        new Attribute.GraphAttribute(
                                                otherwise.close(
                                                        node.name() + "/else",
                                                        List.of(),
                                                        joined.second())))
                                .all(joined.types(), joined.shapes());
        return result(node, parts.stream().map(part -> part.of(made)).toList());
    }

    private List<Item> cross(
            Node node, String way, Crossing.Scope scope, Emitter emitter, String place) {
        Crossing.Scope inner = new Crossing.Scope(scope);
        Graph body = body(node, way);
        crossing.visit(body.nodes(), inner, emitter, place + "/" + way + "/");
        return results(body, inner, 0);
    }

    private List<Item> results(Graph body, Crossing.Scope scope, int from) {
        List<Item> items = new ArrayList<>();
        for (Value output : body.outputs().subList(from, body.outputs().size())) {
            items.add(crossing.value(output.name(), scope));
        }
        return items;
    }

    private static Item result(Node node, List<Item> items) {
        return node.outputs().size() == 1 ? items.get(0) : new Item.Items(items);
    }

    Item loop(Call call, Crossing.Scope scope, Emitter emitter, String place) {
        List<Item> carried = call.positional().subList(2, call.count());
        return unrolled(call, carried, scope, emitter, place)
                .orElseGet(() -> kept(call, carried, scope, emitter, place));
    }

    /** Walks along all rounds, if their number is known. */
    private Optional<Item> unrolled(
            Call call, List<Item> first, Crossing.Scope scope, Emitter emitter, String place) {
        Optional<Long> most = Literals.integer(call.item(0));
        Graph body = body(call.node(), "body");
        if (most.isEmpty() || Literals.truth(call.item(1)).isEmpty()) {
            return Optional.empty();
        }
        Emitter trial = emitter.body();
        Item next = call.item(1);
        List<Item> carried = first;
        for (long round = 0; round < most.get(); round++) {
            Optional<Boolean> goesOn = Literals.truth(next);
            if (goesOn.isEmpty() || round >= MOST_ROUNDS || trial.nodes().size() > MOST_NODES) {
                return Optional.empty();
            } else if (!goesOn.get()) {
                break;
            }
            Crossing.Scope inner = new Crossing.Scope(scope);
            inner.put(body.inputs().get(0).name(), Literals.of(round));
            bind(body, carried, inner);
            crossing.visit(body.nodes(), inner, trial, place + "/body/");
            next = crossing.value(body.outputs().get(0).name(), inner);
            carried = results(body, inner, 1);
        }
        emitter.nodes().addAll(trial.nodes());
        return Optional.of(result(call.node(), carried));
    }

    private static void bind(Graph body, List<Item> carried, Crossing.Scope scope) {
        for (int i = 0; i < carried.size(); i++) {
            scope.put(body.inputs().get(i + 1).name(), carried.get(i));
        }
    }

    /** Keeps a loop whose rounds the input decides. */
    private Item kept(
            Call call, List<Item> first, Crossing.Scope scope, Emitter emitter, String place) {
        Graph body = body(call.node(), "body");
        List<Item> carried = first;
        for (int pass = 0; pass < MOST_PASSES; pass++) {
            Carried state = new Carried(carried, emitter.store());
            Emitter inside = emitter.body();
            inside.begin(call.node().name());
            Crossing.Scope inner = new Crossing.Scope(scope);
            String round = emitter.store().fresh(call.node().name() + "/round");
            Item.Array roundNumber = new Item.Array(round, DataType.INT64, Shapes.SCALAR);
            inner.put(
                    body.inputs().get(0).name(),
                    Numbers.number(roundNumber, DataType.INT64, inside));
            bind(body, state.inside(), inner);
            crossing.visit(body.nodes(), inner, inside, place + "/body/");
            List<Item> after = results(body, inner, 1);
            Item next = crossing.value(body.outputs().get(0).name(), inner);
            if (Crossing.isNothing(next)) {
                return next;
            }
            List<Item> wider = state.widened(after);
            if (wider.equals(carried)) {
                return made(call, state, after, next, round, inside, emitter);
            }
            carried = wider;
        }
        throw new RefusedException("what its rounds hand on changes its form again and again");
    }

    private static Item made(
            Call call,
            Carried state,
            List<Item> after,
            Item next,
            String round,
            Emitter inside,
            Emitter emitter) {
        inside.begin(call.node().name());
        String condition = emitter.store().fresh(call.node().name() + "/goes_on");
        List<Value> inputs = new ArrayList<>();
        inputs.add(Emitter.value(new Item.Array(round, DataType.INT64, Shapes.SCALAR)));
        inputs.add(Emitter.value(new Item.Array(condition, DataType.BOOL, Shapes.SCALAR)));
        state.leaves().forEach(leaf -> inputs.add(Emitter.value(leaf)));
        List<Item.Array> outputs = new ArrayList<>();
        outputs.add(Joined.own(Numbers.scalar(next, DataType.BOOL, inside), inside, outputs));
        for (Item.Array leaf : state.flatten(after, inside)) {
            outputs.add(Joined.own(leaf, inside, outputs));
        }
        emitter.begin(call.node().name());
        List<Item.Array> given = state.given(emitter);
        Item.Array most = Numbers.scalar(call.item(0), DataType.INT64, emitter);
        Item.Array goesOn = Numbers.scalar(call.item(1), DataType.BOOL, emitter);
        if (given.isEmpty()) {
            return new Item.Items(List.of());
        }
        List<Item.Array> results =
                emitter.op("Loop")
                        .in(most, goesOn)
                        .in(given)
                        .attr(
                                "body",
                                new Attribute.GraphAttribute(
                                        inside.close(
                                                call.node().name() + "/body", inputs, outputs)))
                        .all(given.stream().map(Item.Array::type).toList(), state.shapes());
        return result(call.node(), state.rebuild(results));
    }
}
