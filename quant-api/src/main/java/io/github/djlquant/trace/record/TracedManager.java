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
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * A manager whose arrays are traced. All arrays of a run live as long as the run; scopes inside the
 * Block change nothing.
 */
final class TracedManager implements InvocationHandler {

    private static final String TYPE = "NDManager";

    private final TraceRun run;
    private final NDManager plain;
    private NDManager proxy;

    TracedManager(TraceRun run, NDManager plain) {
        this.run = run;
        this.plain = plain;
    }

    /** Most Blocks never ask for it, and its class takes a while to make. */
    NDManager proxy() {
        if (proxy == null) {
            proxy =
                    (NDManager)
                            Proxy.newProxyInstance(
                                    NDManager.class.getClassLoader(),
                                    new Class<?>[] {NDManager.class},
                                    this);
        }
        return proxy;
    }

    @Override
    public Object invoke(Object self, Method method, Object[] arguments) throws Throwable {
        String name = method.getName();
        switch (name) {
            case "equals":
                return self == arguments[0];
            case "hashCode":
                return System.identityHashCode(self);
            case "toString":
                return "the manager of a trace";
            case "newSubManager", "getParentManager":
                return proxy;
            case "close",
            "cap",
            "setName",
            "attachInternal",
            "attachUncappedInternal",
            "tempAttachInternal",
            "detachInternal",
            "attachAll",
            "tempAttachAll":
                return null;
            case "ret":
                return arguments[0];
            case "getManagedArrays":
                return List.of();
            case "isOpen", "getName", "getEngine", "getDevice", "defaultDevice", "allocateDirect":
                return onEngine(method, arguments);
            case "from":
                return run.traced((NDArray) arguments[0]);
            default:
                break;
        }
        String operation = Signatures.of(TYPE, method);
        if (name.startsWith("random") || name.startsWith("sample") || name.contains("Normal")) {
            throw run.failure(
                    "a Block draws random numbers itself",
                    operation,
                    "Use a Dropout block, which is traced, or pass the numbers as an input");
        }
        if (run.knows(operation)) {
            return run.call(null, plain, operation, method, arguments, false);
        }
        if (name.startsWith("create")
                || name.equals("load")
                || name.equals("decode")
                || name.equals("eye")
                || name.equals("linspace")
                || name.equals("hanningWindow")) {
            return constant(onEngine(method, arguments));
        }
        if (method.isDefault()) {
            return InvocationHandler.invokeDefault(
                    self, method, arguments == null ? new Object[0] : arguments);
        }
        throw run.unknown(operation);
    }

    private Object constant(Object made) {
        if (made instanceof NDArray array) {
            return run.made(array);
        }
        NDList list = new NDList();
        ((NDList) made).forEach(array -> list.add(run.made(array)));
        return list;
    }

    private Object onEngine(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(plain, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
