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

import io.github.djlquant.evaluate.Evaluation;
import java.util.Objects;
import java.util.Optional;

/**
 * The quantized model is below its quality gate and is not handed over. Where it was compared with
 * its source, what was found comes along, to be shown as any evaluation is.
 */
public class GateException extends QuantizationException {

    private static final long serialVersionUID = 1L;

    /** Evidence for who catches it here; it does not travel with a serialized exception. */
    private final transient Evaluation evaluation;

    /**
     * Creates an exception.
     *
     * @param problem what went wrong and where
     */
    public GateException(Problem problem) {
        this(problem, (Throwable) null);
    }

    /**
     * Creates an exception with its evidence.
     *
     * @param problem what went wrong and where
     * @param evaluation the comparison with its judgement, the layers and what it was
     */
    public GateException(Problem problem, Evaluation evaluation) {
        super(problem);
        this.evaluation = Objects.requireNonNull(evaluation, "evaluation");
    }

    /**
     * Creates an exception with a cause.
     *
     * @param problem what went wrong and where
     * @param cause the underlying failure, may be null
     */
    public GateException(Problem problem, Throwable cause) {
        super(problem, cause);
        this.evaluation = null;
    }

    /**
     * Returns the evidence: the comparison, its judgement with the culprits, and the layers in
     * graph order.
     *
     * @return the evaluation; empty if nothing was compared
     */
    public Optional<Evaluation> evaluation() {
        return Optional.ofNullable(evaluation);
    }
}
