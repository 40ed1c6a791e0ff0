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
package io.github.djlquant.onnx.write;

import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.proto.ElementsInFile;
import io.github.djlquant.onnx.proto.TensorProto;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Writes weights into a file beside the model. */
final class ExternalDataWriter implements OutsideWeights, AutoCloseable {

    /** Offsets are multiples of this, so that runtimes can map every tensor by itself. */
    private static final long ALIGNMENT = 4096;

    /** Smaller weights stay inside: runtimes want shapes and axes at hand. */
    private static final int SMALLEST = 1024;

    private final FileChannel channel;
    private final String location;
    private final boolean durable;

    ExternalDataWriter(Path file, String location, boolean durable) throws IOException {
        this.durable = durable;
        this.location = location;
        this.channel = ModelStream.create(file);
    }

    @Override
    public boolean holds(Tensor tensor) {
        return tensor.storage().byteSize() >= SMALLEST;
    }

    @Override
    public void refer(Tensor tensor, TensorProto.Builder proto) throws IOException {
        long offset = (channel.position() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        channel.position(offset);
        tensor.writeTo(channel);
        ElementsInFile.refer(proto, location, offset, tensor.storage().byteSize());
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            if (durable) {
                channel.force(false);
            }
        }
    }
}
