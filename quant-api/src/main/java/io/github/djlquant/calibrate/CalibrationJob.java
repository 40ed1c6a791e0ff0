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
package io.github.djlquant.calibrate;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * What makes two calibrations the same, so that one may go on where the other was interrupted; but
 * for the data, which nobody can compare.
 */
final class CalibrationJob {

    /** Bytes of weights that are summed up at once. */
    private static final int WINDOW = 1 << 20;

    private CalibrationJob() {}

    /**
     * Names a calibration.
     *
     * @param sampleLimit elements of a value in one sample
     */
    static String name(
            Graph graph, Map<String, ObservationRequest> values, FeedSpec spec, int sampleLimit) {
        return "graph "
                + graph.name()
                + " with "
                + graph.nodes().size()
                + " nodes and weights "
                + Long.toHexString(sum(graph))
                + ", "
                + values.size()
                + " values "
                + Integer.toHexString(values.hashCode())
                + ", batches of "
                + spec.batchSize()
                + ", sample of "
                + sampleLimit;
    }

    /** Tells a retrained model of the same structure apart; not meant to withstand forgery. */
    private static long sum(Graph graph) {
        CRC32 sum = new CRC32();
        sum.update(graph.toString().getBytes(StandardCharsets.UTF_8));
        for (Tensor tensor : graph.constants().values()) {
            TensorStorage storage = tensor.storage();
            if (storage instanceof TensorStorage.Strings) {
                continue;
            }
            for (long at = 0; at < storage.byteSize(); at += WINDOW) {
                sum.update(storage.window(at, (int) Math.min(WINDOW, storage.byteSize() - at)));
            }
        }
        return sum.getValue();
    }
}
