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
package io.github.djlquant.calibrate;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationCancelledException;
import io.github.djlquant.QuantizationException;
import java.util.function.Supplier;

/**
 * Calls data of the user's own making: iterators, datasets, feeds. Whatever they throw is told as
 * the data's, with its cause, and as nobody else's.
 */
final class UserData {

    private UserData() {}

    /**
     * Asks for something.
     *
     * @param data how messages call the data
     * @param rows how many rows it has given so far
     * @param asked what is asked of it
     * @return its answer
     * @throws CalibrationException if it fails
     * @throws QuantizationCancelledException if an interruption is why
     */
    static <T> T ask(String data, long rows, Supplier<T> asked) {
        try {
            return asked.get();
        } catch (QuantizationException e) {
            throw e;
        } catch (RuntimeException e) {
            if (QuantizationCancelledException.isReasonOf(e)) {
                Thread.currentThread().interrupt();
                throw new QuantizationCancelledException(
                        Problem.of("the reading of data was cancelled after " + rows + " rows")
                                .in(data),
                        e);
            }
            throw new CalibrationException(
                    Problem.of("the data fails while it is read")
                            .in(data)
                            .at("behind row " + rows)
                            .actual(e),
                    e);
        }
    }
}
