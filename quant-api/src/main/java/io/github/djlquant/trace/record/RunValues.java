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
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.trace.ArrayTensors;
import java.util.ArrayList;
import java.util.List;

/** The values of one run by number, and the engine's arrays that hold them. */
final class RunValues {

    private final List<RecordedValue> values = new ArrayList<>();
    private final List<NDArray> arrays = new ArrayList<>();

    /** Adds a value; the elements of a fixed one are copied when they are asked for. */
    Reference add(
            RecordedValue.Kind kind, String name, DataType type, NDArray plain, boolean fixed) {
        int id = values.size();
        RecordedValue.Content content = fixed ? () -> ArrayTensors.copyOf(plain) : null;
        values.add(new RecordedValue(kind, name, type, plain.getShape().getShape(), content));
        arrays.add(plain);
        return new Reference(id);
    }

    RecordedValue get(int id) {
        return values.get(id);
    }

    List<RecordedValue> all() {
        return values;
    }

    /** Contents are copied when they are asked for; what is about to change is copied before. */
    void copyNow(int id) {
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

    /** Only what does not depend on the inputs is looked at after the run. */
    void releaseUnfixed() {
        for (int i = 0; i < arrays.size(); i++) {
            if (values.get(i).content() == null) {
                arrays.get(i).close();
            }
        }
        arrays.clear();
    }
}
