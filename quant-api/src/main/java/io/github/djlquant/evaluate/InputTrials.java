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

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Finds out whether a quantized model that answers wrongly was given its images in another
 * preparation than its source: runs it on changed images and looks whether it then agrees. Images
 * in the wrong order of colors or the wrong scale are the mistakes that hide best, since the
 * answers stay plausible.
 *
 * <pre>
 *   as they are:   quantized(x)             against source(x)    4 dB
 *   changed:       quantized(x[2, 1, 0])    against source(x)   31 dB   -> this is it
 * </pre>
 */
final class InputTrials {

    /** Models that agree this well are not tried. */
    private static final double AGREES = 15;

    /** A change explains the difference if it removes nine tenths of the error's power. */
    private static final double GAIN = 10;

    private static final int[][] ORDERS = {{2, 1, 0}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}};

    private record Change(String text, UnaryOperator<Tensor> apply) {}

    private final GraphRunner source;
    private final GraphRunner quantized;

    InputTrials(GraphRunner source, GraphRunner quantized) {
        this.source = source;
        this.quantized = quantized;
    }

    /**
     * Tries all changes.
     *
     * @param inputs a few rows
     * @return the change that helps most, if it explains the difference
     */
    Optional<InputTrial> find(Map<String, Tensor> inputs) {
        Map<String, Tensor> expected = source.run(inputs);
        double plain = sqnr(expected, quantized.run(inputs));
        InputTrial best = null;
        if (!(plain < AGREES)) {
            return Optional.empty();
        }
        for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
            for (Change change : changes(input.getValue())) {
                Map<String, Tensor> changed = new HashMap<>(inputs);
                changed.put(input.getKey(), change.apply().apply(input.getValue()));
                double sqnr = sqnr(expected, quantized.run(changed));
                if (sqnr > plain + GAIN && (best == null || sqnr > best.changedSqnr())) {
                    best = new InputTrial(input.getKey(), change.text(), plain, sqnr);
                }
            }
        }
        return Optional.ofNullable(best);
    }

    /** The least of all outputs; NaN, which explains nothing, if they differ in shape. */
    private static double sqnr(Map<String, Tensor> expected, Map<String, Tensor> actual) {
        return expected.entrySet().stream()
                .filter(output -> output.getValue().dataType().isFloatingPoint())
                .mapToDouble(
                        output -> {
                            Tensor other = actual.get(output.getKey());
                            if (!other.shape().equals(output.getValue().shape())) {
                                return Double.NaN;
                            }
                            OutputComparison look = new OutputComparison(output.getKey());
                            look.add(output.getValue(), other);
                            return look.result().sqnr();
                        })
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }

    /** Images only: orders of three channels, and the scales that pixels are given in. */
    private static List<Change> changes(Tensor input) {
        List<Change> changes = new ArrayList<>();
        if (input.shape().rank() != 4 || !input.dataType().isFloatingPoint()) {
            return changes;
        }
        for (int axis : new int[] {1, 3}) {
            if (input.shape().size(axis) == 3) {
                for (int[] order : ORDERS) {
                    changes.add(
                            new Change(
                                    String.format(
                                            "channels in the order %d, %d, %d",
                                            order[0], order[1], order[2]),
                                    images -> reordered(images, axis, order)));
                }
            }
        }
        changes.add(new Change("numbers 255 times as large", images -> scaled(images, 255, 0)));
        changes.add(new Change("numbers divided by 255", images -> scaled(images, 1 / 255f, 0)));
        changes.add(new Change("2 x - 1 in the place of x", images -> scaled(images, 2, -1)));
        changes.add(
                new Change("(x + 1) / 2 in the place of x", images -> scaled(images, 0.5f, 0.5f)));
        return changes;
    }

    private static Tensor scaled(Tensor images, float factor, float offset) {
        float[] numbers = images.toFloats();
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = numbers[i] * factor + offset;
        }
        return Tensor.ofFloats(numbers, images.shape().toArray());
    }

    private static Tensor reordered(Tensor images, int axis, int[] order) {
        Shape shape = images.shape();
        int inner = axis == 1 ? Math.toIntExact(shape.size(2) * shape.size(3)) : 1;
        float[] numbers = images.toFloats();
        float[] moved = new float[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            int channel = i / inner % order.length;
            moved[i] = numbers[i + (order[channel] - channel) * inner];
        }
        return Tensor.ofFloats(moved, shape.toArray());
    }
}
