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
package io.github.djlquant.pytorch.archive;

import io.github.djlquant.graph.TensorStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * A file in memory maps. A buffer can't map more than 2 GB, so there is one map per GiB, shared by
 * what lies inside; what crosses a border gets a map of its own.
 */
final class MappedFile {

    private static final int SEGMENT = 1 << 30;

    private final FileChannel channel;
    private final long size;
    private final List<ByteBuffer> shared;

    /** Maps an open file; the maps stay when it is closed. */
    MappedFile(FileChannel channel) throws IOException {
        this.channel = channel;
        this.size = channel.size();
        this.shared = segments(0, size);
    }

    long size() {
        return size;
    }

    /** Bytes of the file, not copied; must be asked for before the channel is closed. */
    TensorStorage slice(long offset, long length) throws IOException {
        java.util.Objects.checkFromIndexSize(offset, length, size);
        if (length == 0) {
            return TensorStorage.of(ByteBuffer.allocate(0));
        }
        if (offset / SEGMENT != (offset + length - 1) / SEGMENT) {
            return TensorStorage.ofSegments(segments(offset, length), SEGMENT);
        }
        ByteBuffer segment = shared.get((int) (offset / SEGMENT));
        return TensorStorage.of(segment.slice((int) (offset % SEGMENT), (int) length));
    }

    private List<ByteBuffer> segments(long offset, long length) throws IOException {
        List<ByteBuffer> segments = new ArrayList<>();
        for (long at = 0; at < length; at += SEGMENT) {
            segments.add(
                    channel.map(
                            FileChannel.MapMode.READ_ONLY,
                            offset + at,
                            Math.min(SEGMENT, length - at)));
        }
        return segments;
    }
}
