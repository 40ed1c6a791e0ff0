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

/** What an operator is for, whatever its dialect calls it. Transforms match roles, never names. */
public enum Role {
    /** Convolution of any rank, grouped or not. */
    CONVOLUTION,
    /** Transposed convolution. */
    TRANSPOSED_CONVOLUTION,
    /** Matrix product with a constant weight matrix and an optional bias (Gemm, linear). */
    LINEAR,
    /** Batched matrix product of any two values, one of which may be constant. */
    MATRIX_PRODUCT,
    /** Normalization with constant statistics (BatchNormalization in inference form). */
    BATCH_NORM,
    /** Normalization with statistics of its input (layer, instance, group norm). */
    NORM,
    /** Elementwise function of one value. */
    ACTIVATION,
    /** Softmax and its kin. */
    SOFTMAX,
    /** Elementwise sum of two values. */
    ADD,
    /** Elementwise product of two values. */
    MULTIPLY,
    /** Concatenation. */
    CONCAT,
    /** Average pooling, windowed or global. */
    AVERAGE_POOLING,
    /**
     * Output elements are a subset or rearrangement of input elements (reshape, transpose, slice,
     * max pooling, ...).
     */
    RANGE_PRESERVING,
    /** Padding with a constant. */
    PAD,
    /** LSTM, GRU, RNN. */
    RECURRENT,
    /** Float to integer by scale and zero point. */
    QUANTIZE,
    /** Integer to float by scale and zero point. */
    DEQUANTIZE,
    /** Float to float by way of the nearest integer step (quantization-aware training). */
    FAKE_QUANTIZE,
    /**
     * Computation on integer form that somebody else quantized (QLinearAdd, QLinearConcat, ...).
     */
    QUANTIZED_KERNEL,
    /**
     * The same, by multiply-accumulates: a layer or a product (QLinearConv, MatMulInteger, ...).
     */
    QUANTIZED_LAYER,
    /** Yields a constant. */
    CONSTANT,
    /** Anything else: written back unchanged. */
    OPAQUE;

    /**
     * Tells whether somebody else has quantized the operator.
     *
     * @return true if it computes on integers
     */
    public boolean isQuantizedKernel() {
        return this == QUANTIZED_KERNEL || this == QUANTIZED_LAYER;
    }
}
