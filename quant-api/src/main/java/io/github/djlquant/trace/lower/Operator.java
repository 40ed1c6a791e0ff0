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

import java.util.List;

/** A row of the {@link OperationTable}: how one NDArray operation is said in ONNX. */
@FunctionalInterface
interface Operator {

    /**
     * Adds the operation's nodes.
     *
     * @param call what was called with what
     * @param to the graph that is being made
     * @return the names of the values that stand for the call's results, in their order
     */
    List<String> lower(Call call, Emitter to);

    /** A row whose operation has one result. */
    static Operator one(Single single) {
        return (call, to) -> List.of(single.lower(call, to));
    }

    /** As {@link Operator}, with one result. */
    @FunctionalInterface
    interface Single {

        /**
         * Adds the operation's nodes.
         *
         * @param call what was called with what
         * @param to the graph that is being made
         * @return the name of the value that stands for the result
         */
        String lower(Call call, Emitter to);
    }
}
