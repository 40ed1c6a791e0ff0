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
import ai.djl.ndarray.internal.NDArrayEx;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;

/**
 * An array that writes down what is done with it. DJL's own composed operations (default methods)
 * run on it and fall apart into those that have a row of their own.
 */
final class TracedArray implements InvocationHandler {

    static final String TYPE = "NDArray";
    static final String INTERNAL_TYPE = "NDArrayEx";

    /** What hands elements to Java: from there on a graph can't follow. */
    private static final Set<String> READS =
            Set.of(
                    "toByteBuffer",
                    "toDoubleArray",
                    "toFloatArray",
                    "toShortArray",
                    "toUnsignedShortArray",
                    "toIntArray",
                    "toUnsignedIntArray",
                    "toLongArray",
                    "toByteArray",
                    "toUint8Array",
                    "toBooleanArray",
                    "toStringArray",
                    "toArray",
                    "getLong",
                    "getDouble",
                    "getFloat",
                    "getInt",
                    "getByte",
                    "getUint8",
                    "getBoolean",
                    "contentEquals",
                    "allClose",
                    "encode");

    /**
     * What changes the array itself; the rest of the name is the operation that makes a new one.
     */
    private static final Set<String> IN_PLACE =
            Set.of(
                    "addi", "subi", "muli", "divi", "modi", "powi", "signi", "negi", "rdivi",
                    "rsubi", "rmodi", "rpowi");

    /** What has no row, and which DJL's defaults would take to a call that nobody wrote. */
    private static final Set<String> WRITES = Set.of("set", "setScalar");

    /** What may hand out the receiver's memory under another shape. */
    private static final Set<String> VIEWS =
            Set.of(
                    "reshape",
                    "flatten",
                    "expandDims",
                    "squeeze",
                    "transpose",
                    "swapAxes",
                    "broadcast",
                    "split",
                    "get",
                    "toType",
                    "diagonal",
                    "toDense",
                    "real");

    private final TraceRun run;
    private final NDArray plain;
    private final Memory memory;
    private final NDArray proxy;
    private final NDArrayEx internal;
    private Reference reference;
    private int seen;

    TracedArray(TraceRun run, NDArray plain, Reference reference, Memory memory) {
        this.run = run;
        this.plain = plain;
        this.reference = reference;
        this.memory = memory;
        seen = memory.version;
        ClassLoader loader = NDArray.class.getClassLoader();
        proxy = (NDArray) Proxy.newProxyInstance(loader, new Class<?>[] {NDArray.class}, this);
        internal =
                (NDArrayEx)
                        Proxy.newProxyInstance(
                                loader, new Class<?>[] {NDArrayEx.class}, this::invokeInternal);
    }

    /** The traced array behind a proxy; null for any other array. */
    static TracedArray behind(Object array) {
        return array != null
                        && Proxy.isProxyClass(array.getClass())
                        && Proxy.getInvocationHandler(array) instanceof TracedArray traced
                ? traced
                : null;
    }

    TraceRun run() {
        return run;
    }

    NDArray proxy() {
        return proxy;
    }

    NDArray plain() {
        return plain;
    }

    Memory memory() {
        return memory;
    }

    boolean belongsTo(TraceRun other) {
        return run == other;
    }

    /** The value that the array holds now. */
    Reference read() {
        if (seen != memory.version) {
            throw run.failure(
                    "an array is read after another one that shares its memory was changed in"
                            + " place",
                    "NDArray (value " + reference.id() + ")",
                    "Copy the array (duplicate()) before it is changed, or use the operation that"
                            + " returns a new array");
        }
        return reference;
    }

    /** The array was changed in place and holds another value from now on. */
    void rebind(Reference changed) {
        memory.version++;
        seen = memory.version;
        reference = changed;
    }

    @Override
    public Object invoke(Object self, Method method, Object[] arguments) throws Throwable {
        String name = method.getName();
        switch (name) {
            case "equals":
                return isSame(self, arguments[0]);
            case "hashCode":
                return System.identityHashCode(self);
            case "toString", "toDebugString":
                return "traced " + plain.getDataType() + plain.getShape();
            case "getManager":
                return run.managerProxy();
            case "getNDArrayInternal":
                return internal;
            case "attach", "tempAttach", "detach", "returnResource", "close", "setName":
                return null;
            case "setRequiresGradient":
                return null;
            case "getName":
                return plain.getName();
            case "getUid":
                return plain.getUid();
            case "getDataType":
                return plain.getDataType();
            case "getDevice":
                return plain.getDevice();
            case "getShape":
                return plain.getShape();
            case "getSparseFormat":
                return plain.getSparseFormat();
            case "hasGradient", "isReleased":
                return false;
            case "stopGradient", "toDevice", "scaleGradient":
                return proxy;
            case "getResourceNDArrays":
                return java.util.List.of(proxy);
            default:
                break;
        }
        String operation = Signatures.of(TYPE, method);
        if (READS.contains(name)) {
            throw run.readsValues(operation);
        }
        if (IN_PLACE.contains(name)) {
            return run.callInPlace(
                    this, plain, Signatures.functional(TYPE, method), method, arguments);
        }
        if (run.knows(operation)) {
            return run.call(this, plain, operation, method, arguments, VIEWS.contains(name));
        }
        if (method.isDefault() && !WRITES.contains(name)) {
            return InvocationHandler.invokeDefault(self, method, orNone(arguments));
        }
        throw run.unknown(operation);
    }

    /** Engines compare the elements of two arrays. */
    private boolean isSame(Object self, Object other) {
        if (self != other && other instanceof NDArray) {
            throw run.readsValues("NDArray.equals(Object)");
        }
        return self == other;
    }

    private Object invokeInternal(Object self, Method method, Object[] arguments) throws Throwable {
        String name = method.getName();
        switch (name) {
            case "equals":
                return self == arguments[0];
            case "hashCode":
                return System.identityHashCode(self);
            case "toString":
                return "operations of " + proxy;
            case "getArray":
                return proxy;
            default:
                break;
        }
        String operation = Signatures.of(INTERNAL_TYPE, method);
        if (IN_PLACE.contains(name)) {
            if (method.isDefault()) {
                return InvocationHandler.invokeDefault(self, method, orNone(arguments));
            }
            return run.callInPlace(
                    this,
                    plain.getNDArrayInternal(),
                    Signatures.functional(INTERNAL_TYPE, method),
                    method,
                    arguments);
        }
        if (run.knows(operation)) {
            return run.call(this, plain.getNDArrayInternal(), operation, method, arguments, false);
        }
        if (method.isDefault()) {
            return InvocationHandler.invokeDefault(self, method, orNone(arguments));
        }
        throw run.unknown(operation);
    }

    private static Object[] orNone(Object[] arguments) {
        return arguments == null ? new Object[0] : arguments;
    }

    /** Elements that several arrays may look at, and how often they were changed in place. */
    static final class Memory {
        /** Elements that belong to the Block, which must stay as it is. */
        final boolean foreign;

        final java.util.List<Integer> values = new java.util.ArrayList<>();
        private int version;

        private Memory(boolean foreign) {
            this.foreign = foreign;
        }

        static Memory own() {
            return new Memory(false);
        }

        static Memory foreign() {
            return new Memory(true);
        }
    }
}
