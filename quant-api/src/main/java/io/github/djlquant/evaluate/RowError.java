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
package io.github.djlquant.evaluate;

/**
 * How far one row of an output is from the source's.
 *
 * @param cosine between both rows, where the source is finite (masked scores are not); 1 if both
 *     are zero, 0 if one is or if the quantized model's holds what is not finite
 * @param relative the length of the difference over the length of the source's row; infinite if the
 *     quantized model's holds what is not finite
 */
record RowError(double cosine, double relative) {

    static RowError of(PairedBatch.Rows source, PairedBatch.Rows quantized, int row) {
        int width = source.width();
        double xx = 0;
        double yy = 0;
        double xy = 0;
        double error = 0;
        for (int i = row * width; i < (row + 1) * width; i++) {
            double x = source.values()[i];
            double y = quantized.values()[i];
            if (!Double.isFinite(x)) {
                continue;
            }
            xx += x * x;
            yy += y * y;
            xy += x * y;
            error += (x - y) * (x - y);
        }
        if (!Double.isFinite(xx + yy)) {
            return new RowError(0, Double.POSITIVE_INFINITY);
        }
        double cosine = xx == 0 && yy == 0 ? 1 : xx == 0 || yy == 0 ? 0 : xy / Math.sqrt(xx * yy);
        double relative = error == 0 ? 0 : Math.sqrt(error / xx);
        return new RowError(cosine, relative);
    }
}
