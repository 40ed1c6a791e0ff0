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
package io.github.djlquant.op;

/** How the range of an operator's output follows from its inputs'. */
public sealed interface RangeRule {

    /** Nothing is known before calibration. */
    RangeRule FREE = new Free();

    /** Every output element is an input element: one scale serves both. */
    RangeRule PRESERVING = new Preserving();

    /** Every output element is an element of some input: one scale may serve all. */
    RangeRule UNION = new Union();

    /**
     * Every output element is a function of one input element, which engines look up in a table.
     */
    RangeRule TABLE = new Table();

    /** See {@link #FREE}. */
    record Free() implements RangeRule {}

    /** See {@link #PRESERVING}. */
    record Preserving() implements RangeRule {}

    /** See {@link #UNION}. */
    record Union() implements RangeRule {}

    /** See {@link #TABLE}. */
    record Table() implements RangeRule {}

    /**
     * Every output element is an input element times a positive number: the same integers serve
     * both.
     *
     * @param factor the number
     */
    record Scaled(double factor) implements RangeRule {}
}
