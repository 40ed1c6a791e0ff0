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

import io.github.djlquant.graph.Bytes;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.archive.PickleValue;
import io.github.djlquant.pytorch.archive.TorchArchive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An archive in memory, of source text and attributes. */
final class ScriptArchive {

    private final StringBuilder code = new StringBuilder();
    private final List<PickleValue.Entry> attributes = new ArrayList<>();
    private final List<PickleValue> constants = new ArrayList<>();
    private final Map<String, Bytes> extra = new LinkedHashMap<>();

    /** A root class {@code M} whose methods are these lines, indented by two. */
    static ScriptArchive of(String... lines) {
        ScriptArchive archive = new ScriptArchive();
        archive.type("M", lines);
        return archive;
    }

    /** Adds a module class beside the root's. */
    ScriptArchive type(String name, String... lines) {
        code.append("class ").append(name).append("(Module):\n");
        code.append("  __parameters__ = []\n  __buffers__ = []\n  training : bool\n");
        for (String line : lines) {
            code.append("  ").append(line).append('\n');
        }
        return this;
    }

    /** Adds what follows the classes, such as free functions. */
    ScriptArchive text(String... lines) {
        for (String line : lines) {
            code.append(line).append('\n');
        }
        return this;
    }

    ScriptArchive with(String name, PickleValue value) {
        attributes.add(PickleValue.Entry.of(name, value));
        return this;
    }

    ScriptArchive with(String name, Tensor tensor) {
        return with(name, new PickleValue.TensorValue(tensor));
    }

    ScriptArchive constant(Tensor tensor) {
        constants.add(new PickleValue.TensorValue(tensor));
        return this;
    }

    ScriptArchive extra(String name, byte... content) {
        extra.put(name, Bytes.copyOf(content));
        return this;
    }

    /** A module of a class of this archive. */
    static PickleValue.ObjectValue module(String name, PickleValue.Entry... attributes) {
        return new PickleValue.ObjectValue(
                "__torch__." + name,
                new PickleValue.DictValue(List.of(attributes), "Dict[str, Any]"));
    }

    Graph read() {
        return TorchScriptReader.read(
                new TorchArchive(
                        "m",
                        10,
                        module("M", attributes.toArray(PickleValue.Entry[]::new)),
                        new PickleValue.TupleValue(constants),
                        Map.of("__torch__.py", code.toString()),
                        extra),
                "m.pt");
    }

    /** The graph's nodes as text, without indents before and after. */
    static String nodes(Graph graph) {
        return graph.toString()
                .lines()
                .filter(line -> !line.startsWith("graph ") && !line.equals("}"))
                .filter(
                        line ->
                                line.contains("::")
                                        || line.contains("graph (")
                                        || line.strip().equals("}"))
                .map(line -> line.substring(2))
                .reduce((a, b) -> a + "\n" + b)
                .orElse("");
    }
}
