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
package io.github.djlquant.observe;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import java.util.List;
import java.util.function.BiFunction;

/** A value that a {@link Measure} is computed of. */
public interface MeasureSite {

    /**
     * Returns the graph that is observed.
     *
     * @return without what measures added to it
     */
    Graph graph();

    /**
     * Returns what to read.
     *
     * @return the value's name, as 32-bit floats
     */
    String value();

    /**
     * Adds a constant.
     *
     * @param tensor what it holds
     * @return its name
     */
    String constant(Tensor tensor);

    /**
     * Adds an operator.
     *
     * @param node makes the node of a name and its one output
     * @return the output's name
     */
    String insert(BiFunction<String, List<String>, Node> node);
}
