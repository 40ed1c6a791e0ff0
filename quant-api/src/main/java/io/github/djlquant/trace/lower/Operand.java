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
package io.github.djlquant.trace.lower;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import java.util.List;

/**
 * A value in the graph that is being made.
 *
 * @param name its name there; empty for a result that has none yet
 * @param type the element type
 * @param extents one per axis
 * @param constant the elements, or null if they are computed
 */
record Operand(String name, DataType type, List<Observed> extents, Tensor constant) {

    Operand {
        extents = List.copyOf(extents);
    }

    int rank() {
        return extents.size();
    }

    /** An axis counted from the start. */
    int axis(long axis) {
        return (int) (axis < 0 ? axis + rank() : axis);
    }

    Observed extent(long axis) {
        return extents.get(axis(axis));
    }
}
