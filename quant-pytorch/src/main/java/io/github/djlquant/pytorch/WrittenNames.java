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
package io.github.djlquant.pytorch;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.pytorch.op.ResultForm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * What a graph calls its inputs, outputs and nodes. TorchScript's variables can't have such names,
 * so an archive that this project writes carries them in a file of its own.
 *
 * @param signature inputs and outputs
 * @param nodes the nodes in the order of their statements
 */
record WrittenNames(Signature signature, List<Named> nodes) {

    /** The key of the metadata, and so the name of the archive's extra file. */
    static final String KEY = "djl-quant.names";

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    /**
     * A node.
     *
     * @param op its operator, as in {@code quantized::conv2d}
     * @param name its name
     * @param meaning what its first output stands for; empty if that is not noted
     */
    record Named(String op, String name, Optional<LoweredValues.Meaning> meaning) {

        Named(String op, String name) {
            this(op, name, Optional.empty());
        }
    }

    /** Copies the list. */
    WrittenNames {
        nodes = List.copyOf(nodes);
    }

    /**
     * Notes the names of a graph.
     *
     * @param graph the graph that is written
     * @param meanings what an output stands for, by its name
     */
    static WrittenNames of(Graph graph, Map<String, LoweredValues.Meaning> meanings) {
        return new WrittenNames(
                Signature.of(graph),
                graph.nodes().stream()
                        .map(
                                node ->
                                        new Named(
                                                node.op().toString(),
                                                node.name(),
                                                node.outputs().stream()
                                                        .findFirst()
                                                        .map(meanings::get)))
                        .toList());
    }

    /**
     * Finds the written nodes in a graph that was read back: the n-th call of an operator is its
     * n-th node, where the numbers of both are the same.
     *
     * @param read the graph
     * @return what was written of a node, by its name in the graph
     */
    Map<String, Named> in(Graph read) {
        Map<String, List<Named>> before = nodes.stream().collect(Collectors.groupingBy(Named::op));
        Map<String, List<Node>> after =
                read.nodes().stream().collect(Collectors.groupingBy(n -> n.op().toString()));
        Map<String, Named> found = new HashMap<>();
        after.forEach(
                (op, calls) -> {
                    List<Named> written = before.getOrDefault(op, List.of());
                    for (int i = 0; written.size() == calls.size() && i < calls.size(); i++) {
                        found.put(calls.get(i).name(), written.get(i));
                    }
                });
        return found;
    }

    /** Returns the JSON form. */
    String print() {
        JsonObject json = new JsonObject();
        JsonArray inputs = new JsonArray();
        signature.inputs().forEach(input -> inputs.add(printed(input)));
        json.add("inputs", inputs);
        JsonArray outputs = new JsonArray();
        signature.outputs().forEach(outputs::add);
        json.add("outputs", outputs);
        if (signature.form() != null) {
            json.addProperty("result", signature.form().text());
        }
        JsonArray named = new JsonArray();
        for (Named node : nodes) {
            JsonArray pair = new JsonArray();
            pair.add(node.op());
            pair.add(node.name());
            node.meaning()
                    .ifPresent(
                            meaning -> {
                                pair.add(meaning.value());
                                pair.add(meaning.integers());
                            });
            named.add(pair);
        }
        json.add("nodes", named);
        return GSON.toJson(json);
    }

    private static JsonObject printed(Value input) {
        JsonObject json = new JsonObject();
        json.addProperty("name", input.name());
        if (input.type() instanceof ValueType.TensorType type) {
            if (type.dataType() != null) {
                json.addProperty("type", type.dataType().name());
            }
            if (type.shape() != null) {
                JsonArray shape = new JsonArray();
                for (long size : type.shape().toArray()) {
                    shape.add(size);
                }
                json.add("shape", shape);
            }
        }
        return json;
    }

    /**
     * Reads the JSON form.
     *
     * @param text the text
     * @param file the file to name in errors
     * @return the names
     * @throws ModelFormatException if the text is damaged
     */
    static WrittenNames parse(String text, String file) {
        try {
            JsonObject json = JsonParser.parseString(text).getAsJsonObject();
            List<Value> inputs =
                    elements(json.get("inputs")).stream()
                            .map(element -> input(element.getAsJsonObject()))
                            .toList();
            List<String> outputs =
                    elements(json.get("outputs")).stream().map(JsonElement::getAsString).toList();
            List<Named> nodes =
                    elements(json.get("nodes")).stream()
                            .map(JsonElement::getAsJsonArray)
                            .map(
                                    pair ->
                                            new Named(
                                                    pair.get(0).getAsString(),
                                                    pair.get(1).getAsString(),
                                                    meaning(pair)))
                            .toList();
            ResultForm form =
                    json.has("result") ? ResultForm.parse(json.get("result").getAsString()) : null;
            return new WrittenNames(new Signature(inputs, outputs, form), nodes);
        } catch (JsonParseException
                | IllegalStateException
                | NullPointerException
                | UnsupportedOperationException
                | ClassCastException
                | IndexOutOfBoundsException
                | IllegalArgumentException e) {
            throw new ModelFormatException(
                    Problem.of("the extra file '" + KEY + "' is damaged")
                            .in(file)
                            .actual(e.getMessage()),
                    e);
        }
    }

    private static Optional<LoweredValues.Meaning> meaning(JsonArray node) {
        return node.size() < 4
                ? Optional.empty()
                : Optional.of(
                        new LoweredValues.Meaning(
                                node.get(2).getAsString(), node.get(3).getAsBoolean()));
    }

    /**
     * Gives the inputs and outputs of a graph that was read from the archive the names and types
     * that they had when it was written: what opens the archive calls them so.
     *
     * @param read the graph, with the names of variables
     * @return the graph with the names of before, where they are free and as many
     */
    Graph restore(Graph read) {
        List<String> outputs = read.outputs().stream().map(Value::name).toList();
        if (read.inputs().size() != signature.inputs().size()
                || outputs.size() != signature.outputs().size()) {
            return read;
        }
        GraphEditor editor = read.edit();
        List<Value> inputs = new ArrayList<>();
        for (int i = 0; i < read.inputs().size(); i++) {
            Value input = read.inputs().get(i);
            Value before = signature.inputs().get(i);
            boolean free = isFree(read, input.name(), before.name());
            if (free) {
                editor.replaceReads(input.name(), before.name());
            }
            boolean typed =
                    before.type() instanceof ValueType.TensorType type && type.shape() != null;
            inputs.add(
                    new Value(
                            free ? before.name() : input.name(),
                            typed ? before.type() : input.type()));
        }
        editor.inputs(all -> inputs);
        List<String> made = new ArrayList<>(outputs);
        for (int i = 0; i < made.size(); i++) {
            String output = outputs.get(i);
            String before = signature.outputs().get(i);
            Optional<Node> producer = read.producer(output);
            if (producer.isPresent()
                    && outputs.indexOf(output) == outputs.lastIndexOf(output)
                    && isFree(read, output, before)) {
                editor.replaceReads(output, before);
                Node node = editor.node(producer.get().name()).orElseThrow();
                editor.put(
                        node.withOutputs(
                                node.outputs().stream()
                                        .map(o -> o.equals(output) ? before : o)
                                        .toList()));
                made.set(i, before);
            }
        }
        editor.outputs(
                all ->
                        IntStream.range(0, made.size())
                                .mapToObj(i -> new Value(made.get(i), all.get(i).type()))
                                .toList());
        return editor.build();
    }

    private static boolean isFree(Graph graph, String from, String to) {
        return !from.equals(to)
                && !graph.isInput(to)
                && graph.producer(to).isEmpty()
                && graph.constant(to).isEmpty();
    }

    private static Value input(JsonObject json) {
        String name = json.get("name").getAsString();
        DataType type = json.has("type") ? DataType.valueOf(json.get("type").getAsString()) : null;
        Shape shape = json.has("shape") ? shape(json.get("shape")) : null;
        return new Value(name, new ValueType.TensorType(type, shape));
    }

    private static Shape shape(JsonElement json) {
        List<Dimension> dimensions = new ArrayList<>();
        for (JsonElement element : elements(json)) {
            long size = element.getAsLong();
            dimensions.add(size < 0 ? new Dimension.Symbolic("any") : new Dimension.Fixed(size));
        }
        return new Shape(dimensions);
    }

    private static List<JsonElement> elements(JsonElement array) {
        return StreamSupport.stream(array.getAsJsonArray().spliterator(), false).toList();
    }
}
