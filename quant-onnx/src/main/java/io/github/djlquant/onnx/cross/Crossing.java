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
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One pass over a graph. What does not cross is noted, so that all of it can be told. */
final class Crossing {

    static final Map<OpType, Rows.Entry> TABLE = Table.rows();

    private final Graph source;
    private final Store store;
    private final Bodies bodies = new Bodies(this);
    private final Set<Node> missing = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<String, String> refused = new LinkedHashMap<>();

    Crossing(Graph source) {
        this.source = source;
        Set<String> names = new HashSet<>();
        collectNames(source, names);
        store = new Store(source.constants(), names);
    }

    private static void collectNames(Graph graph, Set<String> names) {
        graph.inputs().forEach(input -> names.add(input.name()));
        for (Node node : graph.nodes()) {
            names.addAll(node.outputs());
            node.bodies().forEach(body -> collectNames(body, names));
        }
    }

    Store store() {
        return store;
    }

    /** The nodes whose operators have no row, each by its identity. */
    Set<Node> missing() {
        return missing;
    }

    /** Reasons by place. */
    Map<String, String> refused() {
        return refused;
    }

    /** The values in reach at a place of the source. */
    static final class Scope {
        private final Scope outer;
        private final Map<String, Item> values = new HashMap<>();

        Scope(Scope outer) {
            this.outer = outer;
        }

        void put(String name, Item item) {
            values.put(name, item);
        }

        Item get(String name) {
            for (Scope scope = this; scope != null; scope = scope.outer) {
                Item item = scope.values.get(name);
                if (item != null) {
                    return item;
                }
            }
            return null;
        }
    }

    Graph run() {
        Emitter emitter = new Emitter(store);
        Scope scope = new Scope(null);
        for (Value input : source.inputs()) {
            scope.put(input.name(), input(input));
        }
        visit(source.nodes(), scope, emitter, "");
        List<Value> outputs = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (Value output : source.outputs()) {
            outputs.add(Emitter.value(output(output.name(), scope, emitter, taken)));
        }
        return new DropUnread(emitter.nodes(), outputs, store)
                .graph(source.name(), source.inputs());
    }

    private Item input(Value input) {
        store.claim(input.name());
        if (input.type() instanceof ValueType.TensorType tensor && tensor.dataType() != null) {
            return new Item.Array(
                    input.name(), tensor.dataType(), Emitter.symbols(input.name(), tensor.shape()));
        }
        refused.put("input " + input.name(), "its type is " + input.type() + ", no tensor");
        return new Item.Nothing();
    }

    /** A value under the output's name; a node of its own where another place has it already. */
    private Item.Array output(String name, Scope scope, Emitter emitter, Set<String> taken) {
        try {
            Item item = value(name, scope);
            if (item instanceof Item.Number || item instanceof Item.Literal) {
                item = Numbers.scalar(item, typeOf(item), emitter);
            }
            if (item instanceof Item.Array array) {
                if (array.value().equals(name) && taken.add(name) && made(name, emitter)) {
                    return array;
                }
                int start = emitter.begin("output " + name);
                return emitter.rename(
                        emitter.op("Identity").in(array).like(array), name, start, null);
            }
            if (missing.isEmpty() && refused.isEmpty()) {
                refused.put("output " + name, "it is no tensor, or made of texts");
            }
        } catch (RefusedException e) {
            refused.put("output " + name, e.getMessage());
        }
        return new Item.Array(name, DataType.FLOAT, null);
    }

    private static boolean made(String name, Emitter emitter) {
        return emitter.nodes().stream().anyMatch(node -> node.outputs().contains(name));
    }

    private static DataType typeOf(Item number) {
        DataType type = ElementTypes.number(number);
        return number instanceof Item.Number n ? n.type() : type;
    }

    /** Crosses nodes in order. */
    void visit(List<Node> nodes, Scope scope, Emitter emitter, String path) {
        for (Node node : nodes) {
            String place = path + node.name();
            try {
                bodies.require(node);
                Item result = cross(node, scope, emitter, place);
                bind(node, result, scope);
            } catch (RefusedException e) {
                refused.putIfAbsent(place + " (" + node.op() + ")", e.getMessage());
                node.outputs().forEach(output -> scope.put(output, new Item.Nothing()));
            }
        }
    }

    private Item cross(Node node, Scope scope, Emitter emitter, String place) {
        if (Bodies.isBranch(node)) {
            return bodies.branch(node, scope, emitter, place);
        }
        Rows.Entry entry = Bodies.isLoop(node) ? Bodies.LOOP : TABLE.get(node.op());
        if (entry == null) {
            missing.add(node);
            return new Item.Nothing();
        }
        Call call = new Call(node, entry.arguments(), name -> value(name, scope));
        if (Bodies.isLoop(node)) {
            return bodies.loop(call, scope, emitter, place);
        } else if (call.all().stream().anyMatch(Crossing::isNothing)) {
            return new Item.Nothing();
        }
        call.requireKnown();
        int start = emitter.begin(node.name());
        return renamed(node, entry.row().cross(call, emitter), emitter, start);
    }

    static boolean isNothing(Item item) {
        return item instanceof Item.Nothing
                || item instanceof Item.Items items
                        && items.elements().stream().anyMatch(Crossing::isNothing);
    }

    private static Item renamed(Node node, Item result, Emitter emitter, int start) {
        if (node.outputs().size() == 1) {
            return result instanceof Item.Array array
                    ? emitter.rename(array, node.output(), start, node.name())
                    : result;
        } else if (!(result instanceof Item.Items items)) {
            return result;
        } else {
            List<Item> named = new ArrayList<>();
            for (int i = 0; i < items.elements().size(); i++) {
                Item item = items.elements().get(i);
                boolean hasName =
                        item instanceof Item.Array
                                && i < node.outputs().size()
                                && !node.outputs().get(i).isEmpty();
                named.add(
                        hasName
                                ? emitter.rename(
                                        (Item.Array) item,
                                        node.outputs().get(i),
                                        start,
                                        i == 0 ? node.name() : null)
                                : item);
            }
            return new Item.Items(named);
        }
    }

    private static void bind(Node node, Item result, Scope scope) {
        List<String> outputs = node.outputs();
        if (outputs.size() == 1) {
            scope.put(outputs.get(0), result);
            return;
        }
        for (int i = 0; i < outputs.size(); i++) {
            if (result instanceof Item.Nothing) {
                scope.put(outputs.get(i), result);
            } else if (result instanceof Item.Items items
                    && items.elements().size() == outputs.size()) {
                scope.put(outputs.get(i), items.elements().get(i));
            } else {
                throw new RefusedException(
                        "it is split into "
                                + outputs.size()
                                + " parts, but the number of its parts is not known");
            }
        }
    }

    /** What a value of the source has become. */
    Item value(String name, Scope scope) {
        Item item = scope.get(name);
        if (item == null) {
            Tensor constant = source.constants().get(name);
            if (constant == null) {
                throw new RefusedException("it reads %" + name + ", which nothing makes");
            }
            item = new Item.Array(name, constant.dataType(), constant.shape());
        }
        return item;
    }
}
