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
import io.github.djlquant.QuantizationException;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.trace.ArrayTensors;
import io.github.djlquant.trace.TraceException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * One run of a Block that writes down every operation. Each is handed on to the engine, which
 * decides on shapes and types.
 */
public final class TraceRun {

    private final Predicate<String> rows;
    private final boolean training;
    private final BlockPaths paths;
    private final NDManager manager;
    private final TracedManager tracedManager;
    private final Map<NDArray, Parameter> parameterArrays = new IdentityHashMap<>();
    private final Map<Parameter, TracedArray> parameters = new IdentityHashMap<>();
    private final Map<NDArray, TracedArray> constants = new IdentityHashMap<>();
    private final List<RecordedValue> values = new ArrayList<>();
    private final List<NDArray> arrays = new ArrayList<>();
    private final List<RecordedCall> calls = new ArrayList<>();

    private TraceRun(
            Block block, NDManager manager, boolean training, Predicate<String> operations) {
        rows = operations;
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
            return new TraceRun(block, manager, training, operations).record(block, names, inputs);
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    private Recording record(Block block, List<String> names, NDList inputs) {
        NDList traced = new NDList();
        List<Integer> inputIds = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            NDArray input = inputs.get(i);
            Reference reference = value(RecordedValue.Kind.INPUT, names.get(i), input, false);
            traced.add(array(input, reference, TracedArray.Memory.own()).proxy());
            inputIds.add(reference.id());
        }
        NDList made = forward(block, traced);
        List<Integer> outputs = new ArrayList<>();
        for (NDArray output : made) {
            outputs.add(TracedArray.behind(traced(output)).read().id());
        }
        releaseUnfixed();
        return new Recording(inputIds, values, calls, outputs, manager);
    }

    private NDList forward(Block block, NDList inputs) {
        try {
            return new SequenceWalk(paths, new TracedParameters(this), training)
                    .forward(block, inputs);
        } catch (QuantizationException e) {
            throw e;
        } catch (ClassCastException e) {
            throw new TraceException(
                    Problem.of("a Block expects an engine's own class where it gets a traced array")
                            .at(place(e))
                            .actual(e.getMessage())
                            .next("Write the Block with the operations of NDArray only"),
                    e);
        } catch (RuntimeException e) {
            throw new TraceException(
                    Problem.of("a Block fails on inputs of these extents")
                            .at(place(e))
                            .expected("a pass on " + Arrays.toString(inputs.getShapes()))
                            .actual(e)
                            .next(
                                    "Fix the extents that the Block does not take freely in the"
                                            + " inputs' shapes"),
                    e);
        }
    }

    /** The Block's path and the method that threw. */
    private String place(RuntimeException thrown) {
        StackTraceElement[] frames = thrown.getStackTrace();
        return paths.of(thrown)
                + (frames.length == 0
                        ? ""
                        : ", " + frames[0].getClassName() + "." + frames[0].getMethodName());
    }

    /** Only what does not depend on the inputs is looked at after the run. */
    private void releaseUnfixed() {
        for (int i = 0; i < arrays.size(); i++) {
            if (values.get(i).content() == null) {
                arrays.get(i).close();
            }
        }
        arrays.clear();
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
                copyNow(reference.id());
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
        String name = paths.current() + "/constant";
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
        String path = paths.current();
        Object made = run(target, method, operands.plain(), path, operation);
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
        String path = paths.current();
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
        receiver.memory().values.forEach(this::copyNow);
        run(target, method, operands.plain(), path, functional);
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

    /** Contents are copied when they are asked for; what is about to change is copied before. */
    private void copyNow(int id) {
        RecordedValue value = values.get(id);
        if (value.content() != null) {
            Tensor copy = value.content().read();
            values.set(
                    id,
                    new RecordedValue(
                            value.kind(),
                            value.name(),
                            value.dataType(),
                            value.shape(),
                            () -> copy));
        }
    }

    private TracedArray array(NDArray plain, Reference reference, TracedArray.Memory memory) {
        memory.values.add(reference.id());
        return new TracedArray(this, plain, reference, memory);
    }

    private Reference value(RecordedValue.Kind kind, String name, NDArray plain, boolean fixed) {
        int id = values.size();
        RecordedValue.Content content = fixed ? () -> ArrayTensors.copyOf(plain) : null;
        values.add(
                new RecordedValue(kind, name, type(plain), plain.getShape().getShape(), content));
        arrays.add(plain);
        return new Reference(id);
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
        return new TraceException(
                Problem.of(what).at(paths.current() + ", " + operation).next(next));
    }

    TraceException unknown(String operation) {
        return failure(
                "an operation that tracing does not know",
                operation,
                "Rewrite it with operations that have a row, or add a row (CONTRIBUTING.md)");
    }

    TraceException readsValues(String operation) {
        boolean byEngine =
                StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                        .walk(
                                frames ->
                                        frames.anyMatch(
                                                f ->
                                                        NDManager.class.isAssignableFrom(
                                                                        f.getDeclaringClass())
                                                                && f.getMethodName()
                                                                        .equals("from")));
        return byEngine
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
