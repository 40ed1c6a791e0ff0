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
package io.github.djlquant.pytorch.write;

import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.FreeValues;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Value;
import io.github.djlquant.pytorch.archive.ArchiveWriter;
import io.github.djlquant.pytorch.archive.PickleValue;
import io.github.djlquant.pytorch.archive.TorchArchive;
import io.github.djlquant.pytorch.lower.LowerQuantized;
import io.github.djlquant.pytorch.lower.PackedWeights;
import io.github.djlquant.pytorch.script.ClassDef;
import io.github.djlquant.pytorch.script.Expression;
import io.github.djlquant.pytorch.script.FunctionDef;
import io.github.djlquant.pytorch.script.ScriptFile;
import io.github.djlquant.pytorch.script.ScriptPrinter;
import io.github.djlquant.pytorch.script.Statement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes a graph as a TorchScript archive: one class, whose attributes are the weights and whose
 * method {@code forward} is the graph, a statement a node.
 *
 * <p>The same graph always becomes the same bytes.
 */
public final class TorchScriptWriter {

    private static final String CODE = "__torch__.py";

    private TorchScriptWriter() {}

    /**
     * Writes a graph.
     *
     * @param graph a graph of the dialect {@code aten}, in QDQ form where it is quantized
     * @param target where the file is to run
     * @param file the file to write
     * @throws io.github.djlquant.UnsupportedModelException if the graph holds what TorchScript
     *     can't express; the message names it
     */
    public static void write(Graph graph, Target target, Path file) {
        ArchiveWriter.write(archive(LowerQuantized.lower(graph, target)), file);
    }

    /** Makes the archive of a lowered graph. */
    static TorchArchive archive(Graph graph) {
        List<Node> nodes = new ArrayList<>();
        Map<Node, PackedWeights> packed = new java.util.LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            PackedWeights.of(graph, node)
                    .ifPresentOrElse(p -> packed.put(node, p), () -> nodes.add(node));
        }
        ModuleFields fields = ModuleFields.of(graph, read(graph, nodes)::contains);
        packed.forEach(fields::packed);

        Identifiers classes = new Identifiers();
        String name = classes.of(graph.name().isEmpty() ? "Model" : graph.name());
        String qualified = "__torch__." + name;
        Identifiers variables = new Identifiers();
        List<FunctionDef.Parameter> parameters = new ArrayList<>();
        parameters.add(parameter("self", qualified));
        Map<String, Expression> known = new HashMap<>(fields.expressions());
        for (Value input : graph.inputs()) {
            String variable = variables.of(input.name());
            known.put(input.name(), new Expression.Name(variable));
            parameters.add(parameter(variable, TypeText.of(input)));
        }
        BodyWriter writer = new BodyWriter(variables, known);
        List<Statement> body = new ArrayList<>(writer.write(statements(graph, nodes, packed)));
        body.add(new Statement.Return(Optional.of(OutputStructure.of(graph, writer::value))));
        ClassDef module =
                new ClassDef(
                        name,
                        ClassDef.Kind.MODULE,
                        fields.parameters(),
                        fields.buffers(),
                        List.of(),
                        List.of(),
                        fields.fields(),
                        List.of(new FunctionDef("forward", parameters, Optional.empty(), body)));
        return new TorchArchive(
                name,
                TorchArchive.NEWEST_VERSION,
                new PickleValue.ObjectValue(qualified, fields.state()),
                fields.codeConstants(),
                Map.of(CODE, ScriptPrinter.print(new ScriptFile(CODE, List.of(module)))),
                ExtraFiles.of(graph));
    }

    /** Training needs what it passed by, so only what can't be trained is written over. */
    private static List<Node> statements(
            Graph graph, List<Node> nodes, Map<Node, PackedWeights> packed) {
        return packed.isEmpty() ? nodes : ReuseMemory.apply(graph, nodes);
    }

    private static Set<String> read(Graph graph, List<Node> nodes) {
        Set<String> read = new HashSet<>();
        nodes.forEach(node -> read.addAll(FreeValues.of(node)));
        graph.outputs().forEach(output -> read.add(output.name()));
        return read;
    }

    private static FunctionDef.Parameter parameter(String name, String type) {
        return new FunctionDef.Parameter(name, Optional.of(type), Optional.empty());
    }
}
