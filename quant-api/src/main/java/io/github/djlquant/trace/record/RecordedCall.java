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

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One operation as a Block called it.
 *
 * @param path the Block's path
 * @param operation such as {@code NDArray.add(Number)}
 * @param receiver the array that it was called on; null for a manager's operation
 * @param arguments {@link Reference}s, lists of these, or what the Block passed; may hold nulls
 * @param results the numbers of the values made
 */
public record RecordedCall(
        String path,
        String operation,
        Reference receiver,
        List<Object> arguments,
        List<Integer> results) {

    /** Copies the lists. */
    public RecordedCall {
        arguments = Collections.unmodifiableList(new ArrayList<>(arguments));
        results = List.copyOf(results);
    }
}
