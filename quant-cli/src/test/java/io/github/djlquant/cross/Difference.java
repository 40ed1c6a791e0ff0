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
package io.github.djlquant.cross;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import java.util.Map;

/** Tells two engines' outputs apart. */
final class Difference {

    private Difference() {}

    /** The largest relative difference that two engines' orders of summing leave. */
    private static double tolerance(DataType type) {
        return switch (type) {
            case FLOAT16, BFLOAT16 -> 1e-2;
            default -> 1e-5;
        };
    }

    /** Describes the first difference; empty if there is none. */
    static String of(Map<String, Tensor> expected, Map<String, Tensor> actual) {
        if (!expected.keySet().equals(actual.keySet())) {
            return "outputs " + actual.keySet() + " in place of " + expected.keySet();
        }
        for (Map.Entry<String, Tensor> output : expected.entrySet()) {
            String difference = of(output.getValue(), actual.get(output.getKey()));
            if (!difference.isEmpty()) {
                return output.getKey() + ": " + difference;
            }
        }
        return "";
    }

    private static String of(Tensor expected, Tensor actual) {
        if (expected.dataType() != actual.dataType() || !expected.shape().equals(actual.shape())) {
            return actual + " in place of " + expected;
        }
        if (expected.dataType() == DataType.STRING) {
            return "";
        }
        double[] all = new double[Math.toIntExact(actual.elementCount())];
        actual.forEach((index, value) -> all[(int) index] = value);
        double[] largest = new double[1];
        expected.forEach(
                (index, value) -> {
                    if (Double.isFinite(value)) {
                        largest[0] = Math.max(largest[0], Math.abs(value));
                    }
                });
        double allowed = tolerance(expected.dataType()) * largest[0];
        String[] first = {""};
        expected.forEach(
                (index, value) -> {
                    double found = all[(int) index];
                    boolean same =
                            value == found
                                    || Double.isNaN(value) && Double.isNaN(found)
                                    || Math.abs(value - found) <= allowed;
                    if (!same && first[0].isEmpty()) {
                        first[0] = found + " in place of " + value + " at " + index;
                    }
                });
        return first[0];
    }
}
