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

/** The meaning of an operator's input. */
public enum Port {
    /** The activation. */
    DATA,
    /** The second activation of an elementwise operator or matrix product. */
    OTHER,
    /** The weights, or the multiplier of a norm. */
    WEIGHT,
    /** The weights that a recurrent layer multiplies its state by. */
    RECURRENCE,
    /** The state that a recurrent layer starts from. */
    INITIAL_STATE,
    /** The cells that an LSTM starts from. */
    INITIAL_CELL,
    /** What is added. */
    BIAS,
    /** Running mean of a batch norm. */
    MEAN,
    /** Running variance of a batch norm. */
    VARIANCE,
    /** Which rows of a table are looked up. */
    INDICES,
    /** Scale of a quantize or dequantize. */
    SCALE,
    /** Zero point of a quantize or dequantize. */
    ZERO_POINT,
    /** The constant that padding fills in. */
    FILL
}
