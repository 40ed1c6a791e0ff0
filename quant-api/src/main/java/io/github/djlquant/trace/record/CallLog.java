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
import java.util.List;
import java.util.function.Supplier;

/**
 * What a Block does in one run, in its order. A run that computes may write it down; a later one
 * may follow what was written, and compute nothing.
 */
interface CallLog {

    /**
     * Notes an array that is not made by a call.
     *
     * @param kind where it comes from
     * @param name its name
     * @param array the array
     */
    void value(RecordedValue.Kind kind, String name, NDArray array);

    /**
     * Notes a call.
     *
     * @param operation what is called
     * @param receiver on which value, or null
     * @param operands with which
     * @param engine computes it
     * @return an {@link NDArray} or {@link NDList}: what the engine made, or arrays without
     *     elements
     */
    Object call(
            String operation, Reference receiver, List<Object> operands, Supplier<Object> engine);

    /**
     * Notes the end.
     *
     * @param outputs the numbers of the values that are returned
     */
    void end(List<Integer> outputs);

    /** Whether arrays have elements. */
    boolean computes();
}
