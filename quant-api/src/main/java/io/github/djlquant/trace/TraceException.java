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
package io.github.djlquant.trace;

import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;

/**
 * A Block does something that no graph can say, or that no row of the operation table knows. The
 * message names the Block's path and the operation.
 */
public class TraceException extends UnsupportedModelException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param problem what can't be traced, and where
     */
    public TraceException(Problem problem) {
        super(problem);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param problem what can't be traced, and where
     * @param cause the underlying failure, may be null
     */
    public TraceException(Problem problem, Throwable cause) {
        super(problem, cause);
    }
}
