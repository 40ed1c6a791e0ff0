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

import java.util.List;
import java.util.Optional;

/**
 * All that a Block did in one run. Closing it releases the engine's arrays, and with them the
 * contents of constants.
 *
 * @param inputs numbers of the inputs' values
 * @param values by number
 * @param calls in the order in which the Block made them
 * @param outputs numbers of the outputs' values
 * @param steps what a later run may follow; empty if that would not tell this Block from others
 * @param resources what to close
 */
public record Recording(
        List<Integer> inputs,
        List<RecordedValue> values,
        List<RecordedCall> calls,
        List<Integer> outputs,
        Optional<List<RememberedStep>> steps,
        AutoCloseable resources)
        implements AutoCloseable {

    /** Copies the lists. */
    public Recording {
        inputs = List.copyOf(inputs);
        values = List.copyOf(values);
        calls = List.copyOf(calls);
        outputs = List.copyOf(outputs);
    }

    @Override
    public void close() {
        try {
            resources.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
