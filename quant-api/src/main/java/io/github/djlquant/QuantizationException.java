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

import java.nio.file.Path;

/**
 * The root of everything that this project throws on purpose.
 *
 * <p>Unchecked, because DJL turns a checked {@code TranslateException} into "model not found" and
 * the reason would be lost on the way to the user. The message is rendered from a {@link Problem}.
 */
public class QuantizationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private transient Problem problem;
    private String message;

    /**
     * Creates an exception.
     *
     * @param problem what went wrong and where
     */
    public QuantizationException(Problem problem) {
        this(problem, null);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param problem what went wrong and where
     * @param cause the underlying failure, may be null
     */
    public QuantizationException(Problem problem, Throwable cause) {
        super(problem.render(), cause);
        this.problem = problem;
        this.message = problem.render();
    }

    /**
     * Names the model at which this happened, unless another file is to blame: what is inside the
     * line knows a graph, and only its ends know where that came from.
     *
     * @param model the model's file
     */
    final void happenedAt(Path model) {
        if (problem != null && problem.file() == null) {
            problem = problem.in(model);
            message = problem.render();
        }
    }

    @Override
    public String getMessage() {
        return message;
    }

    /**
     * Returns the structured form of the message.
     *
     * @return the problem; null after Java serialization
     */
    public Problem problem() {
        return problem;
    }
}
