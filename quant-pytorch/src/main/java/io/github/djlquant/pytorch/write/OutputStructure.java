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
package io.github.djlquant.pytorch.write;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Value;
import io.github.djlquant.pytorch.script.Expression;
import java.util.List;
import java.util.function.Function;

/** What {@code forward} returns: the graph's outputs in the structure that the source had. */
final class OutputStructure {

    private OutputStructure() {}

    static Expression of(Graph graph, Function<String, Expression> values) {
        List<Expression> outputs = graph.outputs().stream().map(Value::name).map(values).toList();
        return outputs.size() == 1 ? outputs.get(0) : new Expression.TupleLiteral(outputs);
    }
}
