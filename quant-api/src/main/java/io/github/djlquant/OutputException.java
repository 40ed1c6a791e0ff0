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
package io.github.djlquant;

import java.io.IOException;

/** A result can't be written: no space, no permission, a file system that takes no files. */
public class OutputException extends QuantizationException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param problem what went wrong and where
     * @param cause the underlying failure, may be null
     */
    public OutputException(Problem problem, Throwable cause) {
        super(problem, cause);
    }

    /**
     * Tells what a failure to write means: an interruption closes the file that is being written.
     *
     * @param problem what could not be written
     * @param cause the failure
     * @return a {@link QuantizationCancelledException} if the thread was interrupted, else an
     *     exception of this type
     */
    public static QuantizationException of(Problem problem, IOException cause) {
        return QuantizationCancelledException.isReasonOf(cause)
                ? new QuantizationCancelledException(
                        problem.next("The thread was interrupted: start it again"), cause)
                : new OutputException(problem, cause);
    }
}
