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
package io.github.djlquant.pytorch;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Value;
import io.github.djlquant.pytorch.op.ResultForm;
import java.util.List;

/**
 * What {@code forward} takes and gives.
 *
 * @param inputs its arguments in order
 * @param outputs names for the tensors that it returns
 * @param form how the tensors lie in the result; null if it is the only tensor or a tuple of all
 */
record Signature(List<Value> inputs, List<String> outputs, ResultForm form) {

    /** Copies the lists. */
    Signature {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    static Signature of(Graph graph) {
        String form = graph.metadata().get(ResultForm.METADATA_KEY);
        return new Signature(
                graph.inputs(),
                graph.outputs().stream().map(Value::name).toList(),
                form == null ? null : ResultForm.parse(form));
    }

    /** The same tensors, one after the other. */
    Signature flat() {
        return new Signature(inputs, outputs, null);
    }
}
