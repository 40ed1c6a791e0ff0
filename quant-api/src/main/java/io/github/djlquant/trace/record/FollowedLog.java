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
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Follows what an earlier run wrote: each step must be the one that was written, and yields arrays
 * of the types and shapes that were written, without elements. A Block sees nothing else of arrays,
 * so one that takes all steps does what the earlier one did.
 */
final class FollowedLog implements CallLog {

    private final NDManager manager;
    private final List<RememberedStep> steps;
    private int next;
    private boolean left;

    FollowedLog(NDManager manager, List<RememberedStep> steps) {
        this.manager = manager;
        this.steps = steps;
    }

    /** The Block does something else. */
    static final class Left extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Left() {
            super("the Block does something else than before", null, false, false);
        }
    }

    private RememberedStep step(Optional<String> key) {
        // A Block may swallow what is thrown, and go on as the earlier one did.
        left |= key.isEmpty() || next == steps.size();
        left = left || !steps.get(next).key().equals(key.get());
        if (left) {
            throw new Left();
        }
        return steps.get(next++);
    }

    @Override
    public void value(RecordedValue.Kind kind, String name, NDArray array) {
        step(StepKey.ofValue(kind, name, array));
    }

    @Override
    public Object call(
            String operation, Reference receiver, List<Object> operands, Supplier<Object> engine) {
        RememberedStep step = step(StepKey.ofCall(operation, receiver, operands));
        NDList made = new NDList();
        for (RememberedStep.Made array : step.made()) {
            long[] extents = array.shape().stream().mapToLong(Long::longValue).toArray();
            made.add(ShapedArray.of(manager, DataType.valueOf(array.type()), new Shape(extents)));
        }
        return step.list() ? made : made.get(0);
    }

    @Override
    public void end(List<Integer> outputs) {
        step(StepKey.ofOutputs(outputs));
        if (next != steps.size()) {
            throw new Left();
        }
    }

    @Override
    public boolean computes() {
        return false;
    }
}
