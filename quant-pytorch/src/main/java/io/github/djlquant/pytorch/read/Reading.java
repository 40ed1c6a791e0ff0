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
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Bytes;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.pytorch.archive.TorchArchive;
import io.github.djlquant.pytorch.op.Call;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What reading one archive shares: where nodes go, which constants are used, what was changed. */
final class Reading {

    /** Calls nested deeper than this are no model; a call takes some frames of the stack. */
    private static final int DEPTH = 128;

    /** Statements run, nodes made: far beyond any model, and quickly done. */
    private static final long STEPS = 400_000;

    final String file;
    final TorchArchive archive;

    /** Whether the integers of a model that is quantized already may be read. */
    final boolean acceptsPacked;

    final PackedObjects packed = new PackedObjects(this);
    final Sources sources;
    final Journal journal = new Journal();
    final NodeSink sink = new NodeSink(journal);
    final Aliases aliases = new Aliases(this);
    final Operands operands = new Operands(this);

    private final Map<Tensor, GraphRef> constants = new IdentityHashMap<>();
    private final Map<String, Tensor> constantsByName = new LinkedHashMap<>();
    private final Map<String, ScriptValue> numbers = new HashMap<>();
    private final Set<GraphRef> inputs = new HashSet<>();
    private final Map<String, ValueType> types = new LinkedHashMap<>();
    private long serial;
    private long steps;

    Reading(String file, TorchArchive archive, boolean acceptsPacked) {
        this.file = file;
        this.archive = archive;
        this.acceptsPacked = acceptsPacked;
        this.sources = new Sources(file, archive.code());
    }

    long nextSerial() {
        return serial++;
    }

    /** Counts a step of the work, so that a source that never ends is refused. */
    void step(Frame frame) {
        if (++steps + sink.count() > STEPS) {
            throw new ModelFormatException(
                    Problem.of("the source does not end in reasonable time")
                            .in(file)
                            .at(frame.place(""))
                            .expected("at most " + STEPS + " steps"));
        }
    }

    int deeper(Frame frame) {
        if (frame.depth >= DEPTH) {
            throw new ModelFormatException(
                    Problem.of("calls are nested too deeply, or recursive")
                            .in(file)
                            .at(frame.place(""))
                            .expected("at most " + DEPTH + " calls inside one another"));
        }
        return frame.depth + 1;
    }

    /** The reference of a parameter, buffer or other constant; a shared tensor has one. */
    GraphRef constant(Tensor tensor, String path) {
        GraphRef known = constants.get(tensor);
        if (known == null) {
            String name = sink.reserve(path);
            known =
                    new GraphRef(
                            nextSerial(),
                            name,
                            ValueTypes.TENSOR,
                            tensor.dataType(),
                            Optional.empty());
            known.memory.constant = true;
            constants.put(tensor, known);
            constantsByName.put(name, tensor);
        }
        return known;
    }

    /** Remembers the number that a tensor was made of. */
    void number(GraphRef tensor, ScriptValue number) {
        numbers.put(tensor.name, number);
    }

    /** The number that a tensor was made of, unless the tensor was changed since. */
    Optional<ScriptValue> number(GraphRef tensor) {
        return tensor.stale ? Optional.empty() : Optional.ofNullable(numbers.get(tensor.name));
    }

    void input(GraphRef input) {
        inputs.add(input);
    }

    boolean isInput(GraphRef ref) {
        return inputs.contains(ref);
    }

    /** Remembers what is known of a value's type, for whoever plans on the graph. */
    void describe(GraphRef ref) {
        if (ref.type.equals(ValueTypes.TENSOR)) {
            if (ref.dataType != null) {
                types.put(ref.name, new ValueType.TensorType(ref.dataType, null));
            }
        } else if (!ref.type.isEmpty()) {
            types.put(ref.name, new ValueType.OtherType(ref.type, Bytes.copyOf(new byte[0])));
        }
    }

    Map<String, ValueType> types() {
        return types;
    }

    Optional<Tensor> tensor(GraphRef ref) {
        return Optional.ofNullable(constantsByName.get(ref.name));
    }

    Map<String, Tensor> constants() {
        return constantsByName;
    }

    /** A reference to a value that a new node, body or input makes. */
    GraphRef ref(String name, String type, DataType dataType) {
        return new GraphRef(nextSerial(), name, type, dataType, Optional.empty());
    }

    /** Adds a node with one result that shares no memory. */
    GraphRef add(Frame frame, Call call, String hint, String type) {
        GraphRef result = ref(sink.add(frame, call, hint), type, null);
        describe(result);
        return result;
    }

    ListCell list(String type, List<? extends ScriptValue> elements) {
        return new ListCell(nextSerial(), type, new ArrayList<>(elements));
    }

    DictCell dict(String type, Map<Object, ScriptValue> entries) {
        return new DictCell(nextSerial(), type, entries);
    }

    UnsupportedModelException unsupported(
            Frame frame,
            String operation,
            String what,
            Object expected,
            Object actual,
            String next) {
        return new UnsupportedModelException(
                Problem.of(what)
                        .in(file)
                        .at(frame.place(operation))
                        .expected(expected)
                        .actual(actual)
                        .next(next));
    }

    ModelFormatException malformed(Frame frame, String what, Object expected, Object actual) {
        return new ModelFormatException(
                Problem.of(what).in(file).at(frame.place("")).expected(expected).actual(actual));
    }
}
