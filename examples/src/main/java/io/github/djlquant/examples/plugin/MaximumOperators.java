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
package io.github.djlquant.examples.plugin;

import io.github.djlquant.graph.OpType;
import io.github.djlquant.op.OpCatalogExtension;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.RangeRule;
import io.github.djlquant.op.Role;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * An int8 rule of one's own: {@code x.max(axes)} in a LambdaBlock is {@code ReduceMax}, in the
 * engine PyTorch {@code amax}, of which every result is one of the elements read. So the integers
 * of its input serve its output. ONNX Runtime takes the maximum of 8-bit integers as it does of
 * floats; for libtorch {@link MaximumKernel} says how.
 */
public final class MaximumOperators implements OpCatalogExtension {

    static final OpType AMAX = new OpType(OpType.ATEN, "amax");

    /** The opset that brought 8-bit integers. */
    private static final long INTEGERS_SINCE = 12;

    /** Creates the rows; called by ServiceLoader. */
    public MaximumOperators() {}

    @Override
    public Collection<OpSpec> rows() {
        return List.of(
                maximum(OpType.onnx("ReduceMax")).withIntegersSince(INTEGERS_SINCE),
                maximum(AMAX).withIntegersSince(0));
    }

    private static OpSpec maximum(OpType op) {
        return OpSpec.of(op, Role.RANGE_PRESERVING, Map.of(Port.DATA, 0), RangeRule.PRESERVING);
    }
}
