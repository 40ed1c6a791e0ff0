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
package io.github.djlquant.evaluate.metric;

/**
 * A detected or true object.
 *
 * @param kind the class, from 0
 * @param score how sure the detector is; 1 for the truth
 * @param left the least x
 * @param top the least y
 * @param right the largest x
 * @param bottom the largest y
 */
public record Box(int kind, double score, double left, double top, double right, double bottom) {

    /**
     * Computes intersection over union (Jaccard's index).
     *
     * @param other another box
     * @return between 0 and 1
     */
    public double overlap(Box other) {
        double width = Math.min(right, other.right) - Math.max(left, other.left);
        double height = Math.min(bottom, other.bottom) - Math.max(top, other.top);
        double both = Math.max(0, width) * Math.max(0, height);
        double union = area() + other.area() - both;
        return union > 0 ? both / union : 0;
    }

    private double area() {
        return Math.max(0, right - left) * Math.max(0, bottom - top);
    }
}
