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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Writes down what is computed, as long as it can be told from everything else. */
final class WrittenLog implements CallLog {

    private final List<RememberedStep> steps = new ArrayList<>();
    private boolean complete = true;

    @Override
    public void value(RecordedValue.Kind kind, String name, NDArray array) {
        add(StepKey.ofValue(kind, name, array), "", array);
    }

    @Override
    public Object call(
            String operation, Reference receiver, List<Object> operands, Supplier<Object> engine) {
        Optional<String> key = StepKey.ofCall(operation, receiver, operands);
        Object made = engine.get();
        add(key, operation, made);
        return made;
    }

    @Override
    public void end(List<Integer> outputs) {
        add(StepKey.ofOutputs(outputs), "", new NDList());
    }

    private void add(Optional<String> key, String operation, Object made) {
        complete &= key.isPresent();
        if (complete) {
            boolean list = made instanceof NDList;
            NDList arrays = list ? (NDList) made : new NDList((NDArray) made);
            steps.add(
                    new RememberedStep(
                            key.get(),
                            operation,
                            list,
                            arrays.stream().map(WrittenLog::made).toList()));
        }
    }

    private static RememberedStep.Made made(NDArray array) {
        return new RememberedStep.Made(
                array.getDataType().name(),
                Arrays.stream(array.getShape().getShape()).boxed().toList());
    }

    @Override
    public boolean computes() {
        return true;
    }

    /** Empty if something could not be told from other things. */
    Optional<List<RememberedStep>> steps() {
        return complete ? Optional.of(List.copyOf(steps)) : Optional.empty();
    }
}
