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
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** An array of which only type and shape are known. Whoever asks for more is mistaken. */
public final class ShapedArray implements InvocationHandler {

    private final NDManager manager;
    private final DataType type;
    private final Shape shape;
    private final String uid = NDManager.nextUid();

    private ShapedArray(NDManager manager, DataType type, Shape shape) {
        this.manager = manager;
        this.type = type;
        this.shape = shape;
    }

    /**
     * Makes one.
     *
     * @param manager what stands for its engine and device
     * @param type its element type
     * @param shape its extents
     * @return an array without elements
     */
    public static NDArray of(NDManager manager, DataType type, Shape shape) {
        return (NDArray)
                Proxy.newProxyInstance(
                        NDArray.class.getClassLoader(),
                        new Class<?>[] {NDArray.class},
                        new ShapedArray(manager, type, shape));
    }

    @Override
    public Object invoke(Object self, Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "equals" -> self == arguments[0];
            case "hashCode" -> System.identityHashCode(self);
            case "toString", "toDebugString" -> "an array " + type + shape + " without elements";
            case "getManager" -> manager;
            case "getDevice" -> manager.getDevice();
            case "getDataType" -> type;
            case "getShape" -> shape;
            case "getSparseFormat" -> SparseFormat.DENSE;
            case "getUid" -> uid;
            case "getName", "setName", "getNDArrayInternal", "close" -> null;
            default ->
                    throw new IllegalStateException(
                            "an array without elements is asked for " + method.getName());
        };
    }
}
