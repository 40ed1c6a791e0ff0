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
package io.github.djlquant.monitor;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A bounded number of the rows that were met, each with the same chance (Vitter, "Random sampling
 * with a reservoir", 1985, algorithm R). Safe for several threads; a row that is not kept costs
 * next to nothing.
 */
final class Reservoir {

    private final int most;
    private final Random random;
    private final List<Map<String, Tensor>> kept = new ArrayList<>();
    private long met;

    Reservoir(int most, long seed) {
        this.most = most;
        // Neighbouring seeds of Random begin alike.
        this.random = new Random(RowSampler.mix(seed));
    }

    /** Offers all rows of a batch whose tensors agree on their number. */
    void offer(Map<String, Tensor> batch) {
        long rows = -1;
        for (Tensor tensor : batch.values()) {
            long own = tensor.shape().rank() == 0 ? 0 : tensor.shape().size(0);
            if (rows >= 0 && own != rows) {
                return;
            }
            rows = own;
        }
        for (int row = 0; row < rows; row++) {
            offer(batch, row);
        }
    }

    private synchronized void offer(Map<String, Tensor> batch, int row) {
        long slot = met < most ? met : (long) (random.nextDouble() * (met + 1));
        met++;
        if (slot >= most) {
            return;
        }
        Map<String, Tensor> copy = new LinkedHashMap<>();
        batch.forEach((name, tensor) -> copy.put(name, row(tensor, row)));
        if (slot == kept.size()) {
            kept.add(copy);
        } else {
            kept.set((int) slot, copy);
        }
    }

    private static Tensor row(Tensor batch, int row) {
        long[] sizes = batch.shape().toArray();
        long elements = batch.elementCount() / sizes[0];
        DataType type = batch.dataType();
        int length = Math.toIntExact(type.byteSize(elements));
        ByteBuffer copy = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(batch.bytes().slice(row * length, length)).flip();
        sizes[0] = 1;
        return new Tensor(type, Shape.of(sizes), TensorStorage.of(copy));
    }

    /** Forgets everything: what comes now is to be kept. */
    synchronized void restart() {
        kept.clear();
        met = 0;
    }

    /** The rows kept, in no order that means anything. */
    synchronized List<Map<String, Tensor>> rows() {
        return Collections.unmodifiableList(new ArrayList<>(kept));
    }
}
