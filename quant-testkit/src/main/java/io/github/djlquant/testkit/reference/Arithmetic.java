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
package io.github.djlquant.testkit.reference;

import io.github.djlquant.graph.Node;
import java.util.function.DoubleBinaryOperator;

/** Elementwise arithmetic, matrix products and normalization, by their definition. */
final class Arithmetic {

    private Arithmetic() {}

    static Array broadcast(Array a, Array b, DoubleBinaryOperator function) {
        int rank = Math.max(a.rank(), b.rank());
        int[] made = new int[rank];
        for (int i = 0; i < rank; i++) {
            made[i] = Math.max(extent(a, i, rank), extent(b, i, rank));
        }
        double[] out = new double[Array.count(made)];
        for (int p = 0; p < out.length; p++) {
            int[] o = Array.indices(p, made);
            out[p] = function.applyAsDouble(at(a, o), at(b, o));
        }
        return new Array(a.type, made, out);
    }

    private static int extent(Array a, int axis, int rank) {
        int own = axis - (rank - a.rank());
        return own < 0 ? 1 : a.shape[own];
    }

    private static double at(Array a, int[] out) {
        int[] own = new int[a.rank()];
        for (int i = 0; i < own.length; i++) {
            int index = out[i + out.length - own.length];
            own[i] = a.shape[i] == 1 ? 0 : index;
        }
        return a.data[Array.position(own, a.shape)];
    }

    static Array matrixProduct(Array a, Array b) {
        int k = a.shape[a.rank() - 1];
        int columns = b.shape[b.rank() - 1];
        int rows = a.data.length / k;
        double[] out = new double[rows * columns];
        int rowsPerMatrix = b.rank() == 2 ? rows : a.shape[a.rank() - 2];
        for (int r = 0; r < rows; r++) {
            int matrix = b.rank() == 2 ? 0 : r / rowsPerMatrix * k * columns;
            for (int c = 0; c < columns; c++) {
                double sum = 0;
                for (int i = 0; i < k; i++) {
                    sum += a.data[r * k + i] * b.data[matrix + i * columns + c];
                }
                out[r * columns + c] = sum;
            }
        }
        int[] made = a.shape.clone();
        made[made.length - 1] = columns;
        return Array.floats(made, out);
    }

    static Array gemm(Node node, Array a, Array b, Array c) {
        Array left = node.intAttribute("transA", 0) == 0 ? a : transposed(a);
        Array right = node.intAttribute("transB", 0) == 0 ? b : transposed(b);
        double alpha = node.floatAttribute("alpha", 1);
        double beta = node.floatAttribute("beta", 1);
        Array product = matrixProduct(left, right).map(v -> alpha * v);
        return c == null ? product : broadcast(product, c.map(v -> beta * v), Double::sum);
    }

    private static Array transposed(Array a) {
        double[] out = new double[a.data.length];
        for (int r = 0; r < a.shape[0]; r++) {
            for (int c = 0; c < a.shape[1]; c++) {
                out[c * a.shape[0] + r] = a.data[r * a.shape[1] + c];
            }
        }
        return new Array(a.type, new int[] {a.shape[1], a.shape[0]}, out);
    }

    static Array batchNorm(Node node, Array x, Array gamma, Array beta, Array mean, Array var) {
        double epsilon = node.floatAttribute("epsilon", 1e-5f);
        double[] out = new double[x.data.length];
        for (int p = 0; p < out.length; p++) {
            int c = Array.indices(p, x.shape)[1];
            out[p] =
                    gamma.data[c] * (x.data[p] - mean.data[c]) / Math.sqrt(var.data[c] + epsilon)
                            + beta.data[c];
        }
        return Array.floats(x.shape, out);
    }

    static Array globalAverage(Array x) {
        int[] made = x.shape.clone();
        java.util.Arrays.fill(made, 2, made.length, 1);
        int size = x.data.length / (made[0] * made[1]);
        double[] out = new double[made[0] * made[1]];
        for (int p = 0; p < x.data.length; p++) {
            out[p / size] += x.data[p] / size;
        }
        return Array.floats(made, out);
    }

    static Array softmax(Node node, Array x) {
        int axis = x.axis(node.intAttribute("axis", -1));
        int inner = Array.strides(x.shape)[axis];
        int size = x.shape[axis];
        double[] out = new double[x.data.length];
        for (int p = 0; p < out.length; p++) {
            int start = p - p / inner % size * inner;
            double sum = 0;
            for (int i = 0; i < size; i++) {
                sum += Math.exp(x.data[start + i * inner] - x.data[p]);
            }
            out[p] = 1 / sum;
        }
        return Array.floats(x.shape, out);
    }
}
