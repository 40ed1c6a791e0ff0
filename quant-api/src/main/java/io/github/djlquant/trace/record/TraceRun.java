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
package io.github.djlquant.trace.record;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.djlquant.Problem;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.trace.ArrayTensors;
import io.github.djlquant.trace.TraceException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * One run of a Block that writes down every operation. Each is handed on to the engine, which
 * decides on shapes and types.
 */
public final class TraceRun {

    private final Predicate<String> rows;
    private final CallLog log;
    private final boolean training;
    private final BlockPaths paths;
    private final NDManager manager;
    private final TracedManager tracedManager;
    private final Map<NDArray, Parameter> parameterArrays = new IdentityHashMap<>();
    private final Map<Parameter, TracedArray> parameters = new IdentityHashMap<>();
    private final Map<NDArray, TracedArray> constants = new IdentityHashMap<>();
    private final RunValues values = new RunValues();
    private final List<RecordedCall> calls = new ArrayList<>();

    /**
     * The first failure: a Block may swallow it, and its trace would be that of another function.
     */
    private TraceException refused;

    private TraceRun(
            Block block,
            NDManager manager,
            boolean training,
            Predicate<String> operations,
            CallLog log) {
        rows = operations;
        this.log = log;
        this.training = training;
        this.manager = manager;
        paths = new BlockPaths(block);
        tracedManager = new TracedManager(this, manager);
        for (Parameter parameter : paths.parameters().keySet()) {
            if (parameter.isInitialized()) {
                parameterArrays.put(parameter.getArray(), parameter);
            }
        }
    }

    /**
     * Runs a Block.
     *
     * @param block an initialized Block, which stays as it is
     * @param manager where the run's arrays live; closed with the recording, or on failure
     * @param names the inputs' names
     * @param inputs plain arrays of the manager's engine
     * @param training true to run as in training; parameters are copied then, since a pass changes
     *     running statistics
     * @param operations tells which operations have a row
     * @return what the Block did
     * @throws TraceException if it does what can't be traced
     */
    public static Recording record(
            Block block,
            NDManager manager,
            List<String> names,
            NDList inputs,
            boolean training,
            Predicate<String> operations) {
        try {
            WrittenLog written = new WrittenLog();
            return new TraceRun(block, manager, training, operations, written)
                    .record(block, names, inputs, written::steps);
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    /**
     * Tells whether a Block takes the steps that were written down before. Nothing is computed.
     *
     * @param block a Block whose parameters hold the elements that they held then
     * @param manager stands for the engine; closed when this is known
     * @param names the inputs' names
     * @param inputs arrays, of which types and shapes are enough
     * @param steps {@link Recording#steps} of an inference run on inputs of these types and shapes
     * @return false if it does something else, or fails
     */
    public static boolean repeats(
            Block block,
            NDManager manager,
            List<String> names,
            NDList inputs,
            List<RememberedStep> steps) {
        // One that was not called then is either made of those that were, or another step.
        Set<String> operations =
                steps.stream().map(RememberedStep::operation).collect(Collectors.toSet());
        FollowedLog followed = new FollowedLog(manager, steps);
        try (manager) {
            new TraceRun(block, manager, false, operations::contains, followed)
                    .record(block, names, inputs, Optional::empty);
            return true;
        } catch (RuntimeException e) {
            // Code that went another way may stumble over anything.
            return false;
        }
    }

    private Recording record(
            Block block,
            List<String> names,
            NDList inputs,
            Supplier<Optional<List<RememberedStep>>> steps) {
        NDList traced = new NDList();
        List<Integer> inputIds = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            NDArray input = inputs.get(i);
            Reference reference = value(RecordedValue.Kind.INPUT, names.get(i), input, false);
            traced.add(array(input, reference, TracedArray.Memory.own()).proxy());
            inputIds.add(reference.id());
        }
        NDList made =
                new SequenceWalk(paths, new TracedParameters(this), training).run(block, traced);
        List<Integer> outputs = new ArrayList<>();
        if (refused != null) {
            throw refused;
        }
        for (NDArray output : made) {
            outputs.add(TracedArray.behind(traced(output)).read().id());
        }
        log.end(outputs);
        values.releaseUnfixed();
        return new Recording(inputIds, values.all(), calls, outputs, steps.get(), manager);
    }

    NDManager manager() {
        return manager;
    }

    NDManager managerProxy() {
        return tracedManager.proxy();
    }

    boolean knows(String operation) {
        return rows.test(operation);
    }

    /** For the names of a graph, which comes of a run that computes. */
    private String path() {
        return log.computes() ? paths.current() : "";
    }

    /** A parameter as a traced array. */
    NDArray parameter(Parameter parameter) {
        paths.visit(parameter);
        TracedArray known = parameters.get(parameter);
        if (known == null) {
            String name = paths.parameters().get(parameter);
            if (name == null) {
                throw failure(
                        "a Block reads a parameter that no Block of the tree declares",
                        "ParameterStore.getValue(" + parameter.getName() + ")",
                        "Add the parameter (addParameter) or the Block that has it (addChildBlock)");
            }
            NDArray plain = parameter.getArray();
            if (training) {
                plain = plain.duplicate();
                plain.attach(manager);
            }
            Reference reference = value(RecordedValue.Kind.PARAMETER, name, plain, true);
            if (training) {
                // The pass itself moves the running statistics.
                values.copyNow(reference.id());
            }
            known = array(plain, reference, TracedArray.Memory.foreign());
            parameters.put(parameter, known);
        }
        return known.proxy();
    }

    /** An array that the Block made just now from numbers. */
    NDArray made(NDArray array) {
        return constant(array, TracedArray.Memory.own()).proxy();
    }

    private TracedArray constant(NDArray array, TracedArray.Memory memory) {
        String name = path() + "/constant";
        return array(array, value(RecordedValue.Kind.CONSTANT, name, array, true), memory);
    }

    /** A traced array stays as it is; a plain one is a parameter or becomes a constant. */
    NDArray traced(NDArray array) {
        TracedArray behind = TracedArray.behind(array);
        if (behind != null) {
            if (!behind.belongsTo(this)) {
                throw failure(
                        "a Block keeps an array from one pass to the next",
                        "an array of an earlier run",
                        "Return the state as an output and take it as an input");
            }
            return array;
        }
        Parameter parameter = parameterArrays.get(array);
        if (parameter != null) {
            return parameter(parameter);
        }
        return constants
                .computeIfAbsent(array, plain -> constant(plain, TracedArray.Memory.foreign()))
                .proxy();
    }

    /** Runs an operation and writes it down. */
    Object call(
            TracedArray receiver,
            Object target,
            String operation,
            Method method,
            Object[] arguments,
            boolean view) {
        Operands operands = new Operands(this, receiver, arguments);
        String path = path();
        Object made =
                log.call(
                        operation,
                        receiver == null ? null : receiver.read(),
                        operands.recorded(),
                        () -> run(target, method, operands.plain(), path, operation));
        boolean fixed = operands.isFixed() || OperandFree.contains(operation);
        TracedArray.Memory memory =
                view && receiver != null ? receiver.memory() : TracedArray.Memory.own();
        List<Integer> results = new ArrayList<>();
        Object result;
        if (made instanceof NDList list) {
            NDList traced = new NDList();
            for (NDArray array : list) {
                Reference reference = value(RecordedValue.Kind.RESULT, path, array, fixed);
                results.add(reference.id());
                traced.add(
                        array(array, reference, view ? memory : TracedArray.Memory.own()).proxy());
            }
            result = traced;
        } else {
            NDArray array = (NDArray) made;
            Reference reference = value(RecordedValue.Kind.RESULT, path, array, fixed);
            results.add(reference.id());
            result = array(array, reference, memory).proxy();
        }
        calls.add(
                new RecordedCall(
                        path,
                        operation,
                        receiver == null ? null : receiver.read(),
                        operands.recorded(),
                        results));
        return result;
    }

    /** Runs an operation that changes its array, and writes down the one that makes a new one. */
    Object callInPlace(
            TracedArray receiver,
            Object target,
            String functional,
            Method method,
            Object[] arguments) {
        String path = path();
        if (receiver.memory().foreign) {
            throw failure(
                    "a Block changes a parameter or an array that it keeps during a pass",
                    Signatures.of(TracedArray.TYPE, method),
                    "Use the operation that returns a new array");
        }
        if (!knows(functional)) {
            throw unknown(functional);
        }
        Operands operands = new Operands(this, receiver, arguments);
        Reference before = receiver.read();
        if (log.computes()) {
            receiver.memory().values.forEach(values::copyNow);
        }
        log.call(
                functional,
                before,
                operands.recorded(),
                () -> {
                    run(target, method, operands.plain(), path, functional);
                    return receiver.plain();
                });
        Reference after = value(RecordedValue.Kind.RESULT, path, receiver.plain(), false);
        calls.add(
                new RecordedCall(
                        path, functional, before, operands.recorded(), List.of(after.id())));
        receiver.rebind(after);
        return receiver.proxy();
    }

    private Object run(
            Object target, Method method, Object[] plain, String path, String operation) {
        try {
            return method.invoke(target, plain);
        } catch (InvocationTargetException e) {
            throw new TraceException(
                    Problem.of("the engine does not compute an operation of the Block")
                            .at(path + ", " + operation)
                            .actual(e.getCause()),
                    e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private TracedArray array(NDArray plain, Reference reference, TracedArray.Memory memory) {
        memory.values.add(reference.id());
        return new TracedArray(this, plain, reference, memory);
    }

    private Reference value(RecordedValue.Kind kind, String name, NDArray plain, boolean fixed) {
        if (kind != RecordedValue.Kind.RESULT) {
            log.value(kind, name, plain);
        }
        return values.add(kind, name, type(plain), plain, fixed);
    }

    private DataType type(NDArray plain) {
        return ArrayTensors.dataType(plain)
                .orElseThrow(
                        () ->
                                failure(
                                        "a graph has no such element type",
                                        String.valueOf(plain.getDataType()),
                                        "Compute with real numbers"));
    }

    /** In training, a parameter is no constant. */
    boolean isFixed(Reference reference) {
        RecordedValue value = values.get(reference.id());
        return value.content() != null
                && !(training && value.kind() == RecordedValue.Kind.PARAMETER);
    }

    /** The failure of something that no graph can say. */
    TraceException failure(String what, String operation, String next) {
        TraceException failure =
                new TraceException(
                        Problem.of(what).at(paths.current() + ", " + operation).next(next));
        refused = refused == null ? failure : refused;
        return failure;
    }

    TraceException unknown(String operation) {
        return failure(
                "an operation that tracing does not know",
                operation,
                "Rewrite it with operations that have a row, or add a row (CONTRIBUTING.md)");
    }

    TraceException readsValues(String operation) {
        return EngineCopy.isRunning()
                ? failure(
                        "an array that the trace does not know is combined with a traced one, whose"
                                + " trace would be lost",
                        operation,
                        "Call the operation on the traced array, or register the other one as a"
                                + " parameter and read it from the ParameterStore")
                : failure(
                        "a Block reads an array's elements, so what it does depends on them",
                        operation,
                        "Compute with the operations of NDArray instead");
    }
}
