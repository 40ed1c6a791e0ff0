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
package io.github.djlquant.testkit.fault;

/** A way for a quantized model to be wrong that no engine complains about. */
public enum Fault {
    /** A layer's int8 weights keep their two upper bits. */
    WEIGHTS_OF_TWO_BITS("the weights of a layer are rounded to two bits"),
    /** One scale for a layer in which one channel is much larger than the rest. */
    WEIGHTS_PER_TENSOR("a layer with an outlier channel has one scale"),
    /** Height and width of a layer's kernels change places. */
    KERNEL_TRANSPOSED("the kernels of a layer are transposed"),
    /** A layer has the weights of the next one of the same shape. */
    LAYERS_SWAPPED("two layers have each other's weights"),
    /** A layer adds nothing. */
    BIAS_DROPPED("the bias of a layer is lost"),
    /** The larger biases of a layer have overflown 32 bits. */
    BIAS_OVERFLOWN("the bias of a layer overflows 32 bits"),
    /** A layer's weights and biases are those of a batch norm with another variance and mean. */
    NORM_STALE("a batch norm was folded with statistics of other data"),
    /** Integers are read back by a scale that is twice the one they were made with. */
    SCALE_DOUBLED("the scale of a value is off by two"),
    /** Integers are read back by a zero point a few steps beside the one they were made with. */
    ZERO_POINT_MOVED("the zero point of a value is off by twelve"),
    /** A value's range is an eighth of what it should be. */
    RANGE_CLIPPED("a value is clipped at an eighth of its range"),
    /** A float weight of the last layer is NaN. */
    NAN_IN_ROW("one row of weights holds a NaN"),
    /** Images are fed blue first. */
    INPUT_CHANNELS_SWAPPED("the color channels of the input are swapped"),
    /** Class scores come in another order than the labels. */
    OUTPUT_ORDER_SHIFTED("the class scores are shifted by one class"),
    /** One class has become rare. */
    CLASS_SUPPRESSED("the score of one class is too low"),
    /** Probabilities are rounded to integers for the range of scores. */
    SOFTMAX_QUANTIZED("softmax yields integers of a range of 32"),
    /** One scale for a table in which one row is much larger than the rest. */
    TABLE_PER_TENSOR("an embedding table with an outlier row has one scale"),
    /** A recurrent layer's output saturates. */
    STATE_SATURATED("the state of a recurrent layer saturates");

    private final String description;

    Fault(String description) {
        this.description = description;
    }

    /**
     * Says what is wrong.
     *
     * @return half a sentence
     */
    public String description() {
        return description;
    }
}
