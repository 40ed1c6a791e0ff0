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
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Takes every step as {@link FollowedLog} takes those that it knows, and computes nothing. */
final class RehearsedLog implements CallLog {

    private static final Set<String> LISTS =
            Arrays.stream(NDArrayEx.class.getMethods())
                    .filter(method -> method.getReturnType() == NDList.class)
                    .map(method -> Signatures.of(NDArrayEx.class.getSimpleName(), method))
                    .collect(Collectors.toSet());

    private final NDManager manager;
    private final Shape shape;

    /**
     * Prepares.
     *
     * @param manager stands for the engine
     * @param shape that all results have
     */
    RehearsedLog(NDManager manager, Shape shape) {
        this.manager = manager;
        this.shape = shape;
    }

    @Override
    public void value(RecordedValue.Kind kind, String name, NDArray array) {
        StepKey.ofValue(kind, name, array);
    }

    @Override
    public Object call(
            String operation, Reference receiver, List<Object> operands, Supplier<Object> engine) {
        StepKey.ofCall(operation, receiver, operands);
        NDArray made = ShapedArray.of(manager, DataType.FLOAT32, shape);
        return LISTS.contains(operation) ? new NDList(made) : made;
    }

    @Override
    public void end(List<Integer> outputs) {
        StepKey.ofOutputs(outputs);
    }

    @Override
    public boolean computes() {
        return false;
    }
}
