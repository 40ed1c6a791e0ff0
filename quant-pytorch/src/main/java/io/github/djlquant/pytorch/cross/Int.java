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
package io.github.djlquant.pytorch.cross;

/**
 * An integer that is known, or a value of TorchScript's type {@code int}.
 *
 * @param known the number, if {@code value} is null
 * @param value the value's name, or null
 * @param natural whether it can't be negative, as extents can't
 */
record Int(long known, String value, boolean natural) {

    static Int of(long known) {
        return new Int(known, null, known >= 0);
    }

    static Int computed(String value, boolean natural) {
        return new Int(0, value, natural);
    }

    boolean isKnown() {
        return value == null;
    }

    boolean is(long number) {
        return value == null && known == number;
    }
}
