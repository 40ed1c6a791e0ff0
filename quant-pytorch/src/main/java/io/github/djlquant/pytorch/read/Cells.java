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
package io.github.djlquant.pytorch.read;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What branches and loops have in common: lists and dictionaries take over merged content. */
final class Cells {

    private Cells() {}

    /** Gives a list or dictionary the content of another one. */
    static void become(ScriptValue target, ScriptValue content, Reading reading, Frame frame) {
        if (target instanceof ListCell list && content instanceof ListCell other) {
            List<ScriptValue> oldElements = list.elements;
            Optional<GraphRef> oldValue = list.value;
            reading.journal.changed(
                    list,
                    () -> {
                        list.elements = oldElements;
                        list.value = oldValue;
                    });
            list.elements = other.elements;
            list.value = other.value;
        } else if (target instanceof DictCell dict && content instanceof DictCell other) {
            Map<Object, ScriptValue> old = dict.entries;
            reading.journal.changed(dict, () -> dict.entries = old);
            dict.entries = other.entries;
        } else if (target instanceof ListCell list && content instanceof GraphRef ref) {
            open(list, ref, reading);
        } else {
            throw reading.unsupported(
                    frame,
                    "if",
                    "a dictionary gets different keys on the ways of a branch",
                    "the same keys",
                    "different ones",
                    "Trace the model");
        }
    }

    /** Makes a list one of unknown length. */
    static void open(ListCell list, GraphRef value, Reading reading) {
        Optional<GraphRef> old = list.value;
        reading.journal.changed(list, () -> list.value = old);
        list.value = Optional.of(value);
    }

    /** The type of what may be either. */
    static String union(String a, String b) {
        if (a.equals(b) || b.equals("NoneType") && a.startsWith("Optional[")) {
            return a;
        } else if (a.equals("NoneType") || a.startsWith("Optional[")) {
            return ValueTypes.optional(a.startsWith("Optional[") ? a : b);
        } else if (b.equals("NoneType") || b.startsWith("Optional[")) {
            return ValueTypes.optional(b.startsWith("Optional[") ? b : a);
        }
        return "";
    }

    static DataType dataType(Frozen frozen) {
        return frozen instanceof Frozen.Part part ? part.ref().dataType : null;
    }

    static Graph body(List<Value> inputs, List<Node> nodes, List<Value> outputs) {
        return new Graph(
                "", inputs, outputs, nodes, Map.of(), Map.of(), Map.of(), Map.of(), Map.of());
    }
}
