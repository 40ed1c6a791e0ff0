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
package io.github.djlquant.transform;

import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import java.util.Optional;

/** A transform that calls itself float-equivalent changed the model's results, or one threw. */
public class BrokenTransformException extends QuantizationException {

    private static final long serialVersionUID = 1L;

    private static final String ADVICE =
            "Switch the transform off in the recipe (fusion none), or take its jar off the class path,"
                    + " and report it with the model";

    private final String transform;
    private final double error;
    private final String value;

    /**
     * Creates an exception.
     *
     * @param transform the guilty transform
     * @param error the largest difference of an output, relative to that output's largest element
     * @param value the first value in graph order that differs; null if only outputs could be
     *     compared
     */
    public BrokenTransformException(String transform, double error, String value) {
        super(
                Problem.of(
                                "the transform "
                                        + transform
                                        + " changes results that it must not change")
                        .at(value == null ? null : "value " + value)
                        .expected("equal results up to rounding")
                        .actual(
                                String.format(
                                        java.util.Locale.ROOT, "a relative error of %.3g", error))
                        .next(ADVICE));
        this.transform = transform;
        this.error = error;
        this.value = value;
    }

    /**
     * Creates an exception for a rewritten graph that fails where the original one runs.
     *
     * @param transform the guilty transform
     * @param cause the failure
     */
    public BrokenTransformException(String transform, QuantizationException cause) {
        super(
                Problem.of("the transform " + transform + " makes a graph that fails")
                        .actual(cause.getMessage())
                        .next(ADVICE),
                cause);
        this.transform = transform;
        this.error = Double.POSITIVE_INFINITY;
        this.value = null;
    }

    /**
     * Creates an exception for a transform that throws what is not about the model.
     *
     * @param transform the guilty transform
     * @param cause what it threw
     */
    public BrokenTransformException(String transform, Throwable cause) {
        super(
                Problem.of("the transform " + transform + " fails").actual(cause).next(ADVICE),
                cause);
        this.transform = transform;
        this.error = Double.POSITIVE_INFINITY;
        this.value = null;
    }

    /**
     * Returns the guilty transform.
     *
     * @return its name
     */
    public String transform() {
        return transform;
    }

    /**
     * Returns the largest difference of an output, relative to that output's largest element.
     *
     * @return the error
     */
    public double error() {
        return error;
    }

    /**
     * Returns the first value in graph order that differs.
     *
     * @return its name, empty if only outputs could be compared
     */
    public Optional<String> value() {
        return Optional.ofNullable(value);
    }
}
