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

import io.github.djlquant.evaluate.metric.Box;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Recognizes boxes behind a non-maximum suppression by the shapes of outputs, with {@code k} boxes,
 * and {@code n} samples or the axis left out for a single one:
 *
 * <ul>
 *   <li>boxes [n, k, 4], scores [n, k] and classes [n, k], if there are any, as torchvision and the
 *       TensorFlow Object Detection API have them;
 *   <li>[n, k, 6]: four corners, score, class, as end-to-end YOLO models have it.
 * </ul>
 *
 * <p>Boxes hold two corners, or centre and size where the second corner of some lies before the
 * first. What the shapes suggest is believed where scores between 0 and 1 fall from box to box
 * everywhere, or where both models find another number of boxes; raw anchors do neither.
 *
 * @param boxes the output that holds the corners
 * @param scores the output that holds a score for each box; the same for [n, k, 6]
 * @param kinds the output that holds the classes; null if there is one class only
 */
record DetectionOutputs(String boxes, String scores, String kinds) {

    private static final int CORNERS = 4;
    private static final int WITH_SCORE_AND_CLASS = 6;

    static Optional<DetectionOutputs> of(PairedBatch batch) {
        Map<String, Tensor> outputs = batch.source();
        int samples = batch.rows();
        for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
            Tensor tensor = output.getValue();
            if (!tensor.dataType().isFloatingPoint() || !isList(tensor.shape(), samples)) {
                continue;
            }
            long width = last(tensor.shape());
            if (width == WITH_SCORE_AND_CLASS && outputs.size() == 1) {
                String name = output.getKey();
                return Optional.of(new DetectionOutputs(name, name, name));
            }
            if (width == CORNERS) {
                Optional<DetectionOutputs> found = beside(output.getKey(), outputs);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /** [n, k, width], or [k, width] of a single sample. */
    private static boolean isList(Shape shape, int samples) {
        return shape.rank() == 3 && shape.size(0) == samples || shape.rank() == 2 && samples == 1;
    }

    private static long last(Shape shape) {
        return shape.size(shape.rank() - 1);
    }

    private static Optional<DetectionOutputs> beside(String boxes, Map<String, Tensor> outputs) {
        long[] corners = outputs.get(boxes).shape().toArray();
        Shape each = Shape.of(java.util.Arrays.copyOf(corners, corners.length - 1));
        String scores = null;
        String kinds = null;
        for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
            if (!output.getValue().shape().equals(each)) {
                continue;
            }
            String name = output.getKey().toLowerCase(Locale.ROOT);
            if (!output.getValue().dataType().isFloatingPoint()
                    || name.contains("class")
                    || name.contains("label")) {
                kinds = output.getKey();
            } else if (scores == null) {
                scores = output.getKey();
            }
        }
        return scores == null
                ? Optional.empty()
                : Optional.of(new DetectionOutputs(boxes, scores, kinds));
    }

    /** The outputs, each once. */
    List<String> names() {
        return kinds == null
                ? List.of(boxes, scores)
                : java.util.stream.Stream.of(boxes, scores, kinds).distinct().toList();
    }

    /** True if both models' answers have shapes that a reader can take apart. */
    boolean fits(PairedBatch batch) {
        return fits(batch.source(), batch.rows()) && fits(batch.quantized(), batch.rows());
    }

    private boolean fits(Map<String, Tensor> outputs, int samples) {
        Tensor corners = outputs.get(boxes);
        return isList(corners.shape(), samples)
                && last(corners.shape()) == (isOne() ? WITH_SCORE_AND_CLASS : CORNERS)
                && (isOne()
                        || outputs.get(scores).elementCount() * CORNERS == corners.elementCount()
                                && (kinds == null
                                        || outputs.get(kinds).elementCount()
                                                == outputs.get(scores).elementCount()));
    }

    private boolean isOne() {
        return boxes.equals(scores);
    }

    /** What the numbers of a batch say of it. */
    enum Evidence {
        /** Scores between 0 and 1 fall from box to box. */
        FOR,
        /** They don't, or classes are no whole numbers. */
        AGAINST,
        /** There is at most one box. */
        NONE
    }

    /** Looks at the source's scores. */
    Evidence evidence(PairedBatch batch) {
        float[] values = batch.source().get(scores).toFloats();
        int stride = isOne() ? WITH_SCORE_AND_CLASS : 1;
        int start = isOne() ? CORNERS : 0;
        int count = values.length / stride / batch.rows();
        Evidence found = Evidence.NONE;
        for (int i = 0; i < count * batch.rows(); i++) {
            int at = i * stride + start;
            boolean inside = values[at] >= 0 && values[at] <= 1;
            boolean follows = i % count > 0;
            if (!inside
                    || isOne() && values[at + 1] != Math.rint(values[at + 1])
                    || follows && values[at] > values[at - stride]) {
                return Evidence.AGAINST;
            }
            found = follows && values[at] < values[at - stride] ? Evidence.FOR : found;
        }
        return found;
    }

    /** Reads boxes of either model. Holds the numbers of one batch. */
    Reader reader() {
        return new Reader(this);
    }

    /** Reads boxes; each tensor is taken apart once. */
    static final class Reader implements io.github.djlquant.evaluate.metric.Detector {

        private final DetectionOutputs from;
        private final Map<Tensor, float[]> read = new IdentityHashMap<>();
        private Boolean centred;

        private Reader(DetectionOutputs from) {
            this.from = from;
        }

        /** Forgets the batch. */
        void release() {
            read.clear();
        }

        private float[] values(Tensor tensor) {
            return read.computeIfAbsent(tensor, Tensor::toFloats);
        }

        @Override
        public List<Box> boxes(Map<String, Tensor> outputs, int row) {
            Tensor tensor = outputs.get(from.boxes);
            Shape shape = tensor.shape();
            int width = (int) last(shape);
            int count = (int) shape.size(shape.rank() - 2);
            float[] corners = values(tensor);
            if (centred == null && corners.length > 0) {
                centred = isCentred(corners, width);
            }
            List<Box> boxes = new ArrayList<>(count);
            for (int i = row * count; i < (row + 1) * count; i++) {
                int at = i * width;
                double score =
                        from.isOne() ? corners[at + CORNERS] : values(outputs.get(from.scores))[i];
                int kind =
                        from.isOne()
                                ? (int) corners[at + CORNERS + 1]
                                : from.kinds == null ? 0 : (int) values(outputs.get(from.kinds))[i];
                boxes.add(box(kind, score, corners, at));
            }
            return boxes;
        }

        private Box box(int kind, double score, float[] from, int at) {
            double a = from[at];
            double b = from[at + 1];
            double c = from[at + 2];
            double d = from[at + 3];
            return centred
                    ? new Box(kind, score, a - c / 2, b - d / 2, a + c / 2, b + d / 2)
                    : new Box(kind, score, a, b, c, d);
        }

        private static boolean isCentred(float[] corners, int width) {
            for (int at = 0; at + CORNERS <= corners.length; at += width) {
                if (corners[at + 2] < corners[at] || corners[at + 3] < corners[at + 1]) {
                    return true;
                }
            }
            return false;
        }
    }
}
