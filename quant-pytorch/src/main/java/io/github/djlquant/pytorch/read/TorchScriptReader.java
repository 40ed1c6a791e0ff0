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

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.Provenance;
import io.github.djlquant.graph.Bytes;
import io.github.djlquant.graph.FreeValues;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphChecker;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.pytorch.archive.ArchiveReader;
import io.github.djlquant.pytorch.archive.TorchArchive;
import io.github.djlquant.pytorch.op.ResultForm;
import io.github.djlquant.pytorch.script.ClassDef;
import io.github.djlquant.pytorch.script.FunctionDef;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a TorchScript archive into one flat graph in the dialect {@code aten}.
 *
 * <p>The method {@code forward} of the root module is followed through all of its calls. What is
 * known (attributes, constants, literals, conditions on them) is decided; what is left are the
 * operators on what depends on the model's inputs, and branches and loops on it. Changes in place
 * become functional. Checks that only raise are left out.
 *
 * <p>A parameter of {@code forward} that has a default keeps it, and is none of the graph's inputs.
 * Other methods of the root module are none of the graph. Metadata names both.
 */
public final class TorchScriptReader {

    /** Metadata under this prefix is a file of the archive's {@code extra/} folder. */
    public static final String EXTRA_PREFIX = "torchscript.extra.";

    /** Metadata that names the parameters of {@code forward} that keep their defaults. */
    public static final String DEFAULTS_KEY = "torchscript.defaults";

    /** Metadata that names the root module's methods that {@code forward} does not call. */
    public static final String METHODS_KEY = "torchscript.methods";

    private TorchScriptReader() {}

    /**
     * Reads an archive.
     *
     * @param file a file that {@code torch.jit.save} wrote
     * @return the graph
     * @throws io.github.djlquant.ModelFormatException if the file is damaged or hostile
     * @throws io.github.djlquant.UnsupportedModelException if the model does what no graph can say,
     *     or is quantized already
     */
    public static Graph read(Path file) {
        return read(ArchiveReader.read(file), file.toString());
    }

    /**
     * Reads an archive that is in memory.
     *
     * @param archive the archive
     * @param source its name in messages
     * @return the graph
     */
    public static Graph read(TorchArchive archive, String source) {
        return follow(new Reading(source, archive, false));
    }

    /**
     * Reads an archive that may be quantized already: calls of {@code quantized::*} are nodes, and
     * packed weights are nodes that pack constants.
     *
     * @param archive the archive
     * @param source its name in messages
     * @return the graph
     * @throws io.github.djlquant.UnsupportedModelException if the model does what no graph can say
     */
    public static Graph readPacked(TorchArchive archive, String source) {
        return follow(new Reading(source, archive, true));
    }

    /** Calls and expressions are bounded each; deep ones within deep ones fill the stack. */
    private static Graph follow(Reading reading) {
        try {
            return new Forward(reading).graph();
        } catch (StackOverflowError e) {
            throw new ModelFormatException(
                    Problem.of("calls and expressions are nested too deeply").in(reading.file), e);
        }
    }

    /** Follows the method {@code forward}. */
    private static final class Forward {
        private final Reading reading;
        private final Interpreter interpreter;
        private final Frame frame = new Frame("", "forward", 0, Optional.empty());
        private final List<Value> inputs = new ArrayList<>();
        private final List<String> defaults = new ArrayList<>();

        Forward(Reading reading) {
            this.reading = reading;
            this.interpreter = new Interpreter(reading);
        }

        Graph graph() {
            TorchArchive archive = reading.archive;
            if (!reading.acceptsPacked) {
                interpreter.attributes.refuseQuantized(archive.data(), "");
            }
            ScriptValue.ObjectOf root = interpreter.root();
            FunctionDef forward =
                    root.type()
                            .definition()
                            .method("forward")
                            .orElseThrow(
                                    () ->
                                            reading.unsupported(
                                                    frame,
                                                    "",
                                                    "the root module has no method forward",
                                                    "forward",
                                                    root.type().name(),
                                                    "Script or trace the model's forward"));
            refuseHooks(root);
            ScriptValue result;
            try {
                result =
                        interpreter.callMethod(
                                root, "forward", arguments(forward), Map.of(), frame);
            } catch (RaisedException e) {
                throw reading.unsupported(
                        frame,
                        "",
                        "the model raises whatever its input is",
                        "a result",
                        e.getMessage(),
                        "Look at the first check in the model's forward");
            }
            Results results = new Results(reading, frame);
            ResultForm form = results.form(result);
            Map<String, String> metadata = new LinkedHashMap<>();
            metadata.put(ResultForm.METADATA_KEY, form.text());
            forward.returnType().ifPresent(type -> metadata.put(ResultForm.TYPE_KEY, type));
            if (!defaults.isEmpty()) {
                metadata.put(DEFAULTS_KEY, String.join(", ", defaults));
            }
            List<String> others =
                    root.type().definition().methods().stream()
                            .map(FunctionDef::name)
                            .filter(method -> !interpreter.hasCalled(method))
                            .toList();
            if (!others.isEmpty()) {
                metadata.put(METHODS_KEY, String.join(", ", others));
            }
            Map<String, Bytes> attachments = extra(archive, metadata);
            return finish(results.names(), metadata, attachments);
        }

        /**
         * Python runs the root's hooks, DJL does not; those of other modules are called explicitly.
         */
        private void refuseHooks(ScriptValue.ObjectOf root) {
            ClassDef type = root.type().definition();
            if (!type.forwardHooks().isEmpty() || !type.forwardPreHooks().isEmpty()) {
                throw reading.unsupported(
                        frame,
                        "",
                        "the root module has hooks that run around its forward in Python only",
                        "a root module without hooks",
                        root.type().name(),
                        "Call the hooks' functions in forward instead");
            }
        }

        private List<ScriptValue> arguments(FunctionDef forward) {
            List<ScriptValue> arguments = new ArrayList<>();
            List<FunctionDef.Parameter> parameters = forward.parameters();
            for (FunctionDef.Parameter parameter : parameters.subList(1, parameters.size())) {
                if (parameter.defaultValue().isPresent()) {
                    arguments.add(
                            interpreter.expressions.evaluate(
                                    parameter.defaultValue().get(), frame, ""));
                    defaults.add(parameter.name());
                } else {
                    arguments.add(input(parameter.name(), parameter.type().orElse("Tensor")));
                }
            }
            return arguments;
        }

        private ScriptValue input(String name, String type) {
            if (!ValueTypes.present(type).equals(ValueTypes.TENSOR)) {
                throw reading.unsupported(
                        frame,
                        name,
                        "an input of the model is no tensor",
                        "tensors",
                        type,
                        "Wrap the model in a module whose forward takes tensors only");
            }
            GraphRef ref = reading.ref(reading.sink.reserve(name), ValueTypes.TENSOR, null);
            reading.input(ref);
            inputs.add(new Value(ref.name, ValueType.UNKNOWN));
            return ref;
        }

        private Graph finish(
                List<String> outputs,
                Map<String, String> metadata,
                Map<String, Bytes> attachments) {
            List<Node> nodes = DropUnused.from(reading.sink.current(), new HashSet<>(outputs));
            Set<String> read = new HashSet<>(outputs);
            nodes.forEach(node -> read.addAll(FreeValues.of(node)));
            Map<String, Tensor> constants = new LinkedHashMap<>(reading.constants());
            constants.keySet().retainAll(read);
            Map<String, ValueType> types = new LinkedHashMap<>(reading.types());
            Set<String> made = new HashSet<>();
            nodes.forEach(node -> made.addAll(node.outputs()));
            types.keySet().retainAll(made);
            types.keySet().removeAll(outputs);
            List<Value> outputValues =
                    outputs.stream()
                            .map(
                                    name ->
                                            new Value(
                                                    name,
                                                    reading.types()
                                                            .getOrDefault(name, ValueType.UNKNOWN)))
                            .toList();
            Graph graph =
                    new Graph(
                            reading.archive.name(),
                            inputs,
                            outputValues,
                            nodes,
                            constants,
                            types,
                            Map.of(OpType.ATEN, reading.archive.version()),
                            metadata,
                            attachments);
            Graph typed =
                    new Graph(
                            graph.name(),
                            new InputTypes(graph, reading.archive.examples()).infer(),
                            graph.outputs(),
                            graph.nodes(),
                            graph.constants(),
                            graph.types(),
                            graph.opsets(),
                            graph.metadata(),
                            graph.attachments());
            return GraphChecker.check(typed, reading.file);
        }

        /** Texts become metadata, so that provenance is found as in other formats. */
        private static Map<String, Bytes> extra(
                TorchArchive archive, Map<String, String> metadata) {
            Map<String, Bytes> attachments = new LinkedHashMap<>();
            archive.extra()
                    .forEach(
                            (name, content) -> {
                                Optional<String> text = text(content);
                                if (text.isPresent()) {
                                    boolean own =
                                            name.equals(Provenance.METADATA_KEY)
                                                    || name.startsWith(
                                                            Provenance.METADATA_KEY + ".");
                                    metadata.put(own ? name : EXTRA_PREFIX + name, text.get());
                                } else {
                                    attachments.put(name, content);
                                }
                            });
            return attachments;
        }

        private static Optional<String> text(Bytes content) {
            try {
                return Optional.of(
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .decode(java.nio.ByteBuffer.wrap(content.toArray()))
                                .toString());
            } catch (CharacterCodingException e) {
                return Optional.empty();
            }
        }
    }
}
