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

import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CancellationException;

/** The work was cancelled by interruption; nothing was written under the final name. */
public class QuantizationCancelledException extends QuantizationException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param problem what went wrong and where
     */
    public QuantizationCancelledException(Problem problem) {
        super(problem);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param problem what went wrong and where
     * @param cause the underlying failure, may be null
     */
    public QuantizationCancelledException(Problem problem, Throwable cause) {
        super(problem, cause);
    }

    /**
     * Tells whether a failure comes of an interruption: code of users wraps it in exceptions of its
     * own.
     *
     * @param failure what was thrown
     * @return true if it, or one of its causes, says so
     */
    public static boolean isReasonOf(Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof InterruptedException
                    || e instanceof InterruptedIOException
                    || e instanceof ClosedByInterruptException
                    || e instanceof CancellationException
                    || e instanceof QuantizationCancelledException) {
                return true;
            }
        }
        return false;
    }
}
