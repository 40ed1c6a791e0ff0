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

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.archive.PickleValue.TensorValue;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Tensors that lie about their sizes, storages and places are refused; odd but right ones are read.
 */
class HostileTensorTest extends HostileArchive {

    @Test
    void sizesThatOverflow() throws Exception {
        long large = Long.MAX_VALUE / 2;
        refused(tensor(4, 0, List.of(large, 4L), List.of(1L, 1L)), "exceeds 64 bits");
        refused(tensor(4, 0, List.of(5L), List.of(1L)), "leaves its storage");
        refused(tensor(4, 1, List.of(4L), List.of(1L)), "leaves its storage");
        refused(tensor(4, 0, List.of(2L, 2L), List.of(large, large)), "exceeds 64 bits");
        refused(tensor(4, 0, List.of(2L), List.of(4L)), "leaves its storage");
        refused(tensor(large, 0, List.of(4L), List.of(1L)), "exceeds 64 bits");
        refused(tensor(5, 0, List.of(4L), List.of(1L)), "is truncated");
        refused(tensor(4, 0, List.of(-4L), List.of(1L)), "a size is negative");
        refused(tensor(4, 0, List.of(4L), List.of(-1L)), "a size is negative");
        refused(tensor(4, -1, List.of(1L), List.of(1L)), "a size is negative");
        refused(tensor(-4, 0, List.of(1L), List.of(1L)), "a size is negative");
        refused(tensor(4, 0, List.of(1L), List.of(1L, 1L)), "sizes and strides");
        refused(
                tensor(4, 0, Collections.nCopies(65, 1L), Collections.nCopies(65, 1L)),
                "sizes and strides");
    }

    @Test
    void aSmallStorageExpandedToTerabytes() throws Exception {
        refused(
                tensor(4, 0, List.of(1L << 40), List.of(0L)),
                "does not fit the memory",
                UnsupportedModelException.class);
    }

    @Test
    void zeroSizedAndExpandedTensorsAreRead() throws Exception {
        Tensor empty = read(tensor(4, 0, List.of(0L, 1L << 62), List.of(1L, 1L)));
        assertThat(empty.shape().toArray()).containsExactly(0, 1L << 62);
        Tensor expanded = read(tensor(4, 3, List.of(2L, 2L), List.of(0L, 0L)));
        assertThat(expanded.toFloats()).containsExactly(4, 4, 4, 4);
        Tensor unusedStride = read(tensor(4, 0, List.of(1L, 4L), List.of(Long.MAX_VALUE, 1L)));
        assertThat(unusedStride.toFloats()).containsExactly(1, 2, 3, 4);
        Tensor strided = read(tensor(4, 0, List.of(1L, 2L), List.of(Long.MAX_VALUE, 2L)));
        assertThat(strided.toFloats()).containsExactly(1, 3);
    }

    @Test
    void devices() throws Exception {
        // Weights saved on a GPU are plain bytes; libtorch restores them on the CPU as well.
        Tensor tensor = read(tensor("cuda:1", "0", 4, 0, List.of(4L), List.of(1L)));
        assertThat(tensor.toFloats()).containsExactly(1, 2, 3, 4);
        refused(
                tensor("meta", "0", 4, 0, List.of(4L), List.of(1L)),
                "device meta",
                UnsupportedModelException.class);
    }

    @Test
    void storageNames() throws Exception {
        for (String key : List.of("../0", "", "a/b", "..", "0\n", "\u0000")) {
            refused(
                    tensor("cpu", key, 4, 0, List.of(4L), List.of(1L)),
                    "a storage has an unusual name",
                    ModelFormatException.class);
        }
        refused(
                tensor("cpu", "9", 4, 0, List.of(4L), List.of(1L)),
                "lacks an entry",
                ModelFormatException.class);
    }

    @Test
    void tensorsOfOtherKinds() throws Exception {
        refused(
                out -> out.global("torch._utils", "_rebuild_sparse_tensor"),
                "torch._utils._rebuild_sparse_tensor",
                UnsupportedModelException.class);
        refused(
                out -> out.global("torch", "UntypedStorage"),
                "torch.UntypedStorage",
                UnsupportedModelException.class);
    }

    private Tensor read(Consumer<PickleOutput> value) throws Exception {
        Path file =
                data(
                        out -> {
                            newObject(out);
                            out.opcode(Opcode.EMPTY_DICT);
                            out.text("t");
                            value.accept(out);
                            out.opcode(Opcode.SETITEM).opcode(Opcode.BUILD);
                        });
        PickleValue tensor = ArchiveReader.read(file).data().attribute("t").orElseThrow();
        return ((TensorValue) tensor).tensor();
    }

    private static Consumer<PickleOutput> tensor(
            long count, long offset, List<Long> sizes, List<Long> strides) {
        return tensor("cpu", "0", count, offset, sizes, strides);
    }

    private static Consumer<PickleOutput> tensor(
            String device,
            String key,
            long count,
            long offset,
            List<Long> sizes,
            List<Long> strides) {
        return out -> {
            out.global("torch._utils", "_rebuild_tensor_v2");
            out.opcode(Opcode.MARK).opcode(Opcode.MARK);
            out.text("storage");
            out.global("torch", "FloatStorage");
            out.text(key);
            out.text(device);
            out.integer(count);
            out.opcode(Opcode.TUPLE).opcode(Opcode.BINPERSID);
            out.integer(offset);
            for (List<Long> counts : List.of(sizes, strides)) {
                out.opcode(Opcode.MARK);
                counts.forEach(out::integer);
                out.opcode(Opcode.TUPLE);
            }
            out.opcode(Opcode.NEWFALSE);
            out.global("collections", "OrderedDict");
            out.opcode(Opcode.EMPTY_TUPLE).opcode(Opcode.REDUCE);
            out.opcode(Opcode.TUPLE).opcode(Opcode.REDUCE);
        };
    }
}
