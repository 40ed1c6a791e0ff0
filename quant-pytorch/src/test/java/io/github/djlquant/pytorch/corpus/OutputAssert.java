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
package io.github.djlquant.pytorch.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;

/** Compares what two archives compute. */
final class OutputAssert {

    private OutputAssert() {}

    /** Asserts the same bits under the same names. */
    static void assertSame(NDList got, NDList want) {
        assertThat(got).hasSameSizeAs(want);
        for (int i = 0; i < want.size(); i++) {
            assertThat(got.get(i).getName()).isEqualTo(want.get(i).getName());
            assertThat(got.get(i).toByteArray()).isEqualTo(want.get(i).toByteArray());
        }
    }

    /** Asserts the same up to what other kernels round otherwise; dictionaries in any order. */
    static void assertClose(NDList got, NDList want) {
        assertThat(got).hasSameSizeAs(want);
        for (int i = 0; i < want.size(); i++) {
            String name = want.get(i).getName();
            NDArray array = name == null ? got.get(i) : got.get(name);
            assertThat(array).as("output " + name).isNotNull();
            assertClose(array, want.get(i));
        }
    }

    private static void assertClose(NDArray got, NDArray want) {
        assertThat(got.getShape()).isEqualTo(want.getShape());
        assertThat(got.getDataType()).isEqualTo(want.getDataType());
        double[] actual = got.toType(DataType.FLOAT64, true).toDoubleArray();
        double[] expected = want.toType(DataType.FLOAT64, true).toDoubleArray();
        for (int i = 0; i < expected.length; i++) {
            if (Double.isFinite(expected[i])) {
                double tolerance = 1e-5 * Math.max(1, Math.abs(expected[i]));
                assertThat(actual[i]).isCloseTo(expected[i], within(tolerance));
            } else {
                assertThat(actual[i]).isEqualTo(expected[i]);
            }
        }
    }
}
