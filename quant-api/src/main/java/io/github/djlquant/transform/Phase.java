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

/** The order in which transforms run. */
public enum Phase {
    /** Merge float operators. */
    FUSE,
    /** Take forms that may be faster in this machine's runtime; measured before they are kept. */
    TUNE,
    /** Move ranges between layers without changing the function. */
    EQUALIZE,
    /** Choose the quantized values of weights. */
    ROUND,
    /** Obey the plan: insert quantize and dequantize, make biases integer. */
    CONVERT;

    /**
     * Tells whether the phase leaves the float function as it is.
     *
     * @return false from where weights and values take their integers
     */
    public boolean keepsFunction() {
        return compareTo(ROUND) < 0;
    }
}
