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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.archive.PickleValue.TensorValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pickles that were made to do harm are refused by name and place; nothing happens. */
class HostilePickleTest {

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "os, system",
        "posix, system",
        "nt, system",
        "builtins, eval",
        "builtins, exec",
        "__builtin__, getattr",
        "subprocess, Popen",
        "torch, load",
        "torch.jit, load",
        "torch.hub, load",
        "torch.storage, _load_from_bytes",
        "torch._utils, eval",
        "runpy, _run_code",
        "__torch__os, system"
    })
    void namesOfCode(String module, String name) throws Exception {
        Path witness = folder.resolve("witness");
        Path file =
                data(
                        out -> {
                            out.global(module, name);
                            out.text("touch " + witness);
                            out.opcode(Opcode.TUPLE1).opcode(Opcode.REDUCE);
                        });
        assertThatThrownBy(() -> ArchiveReader.read(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("hostile.pt")
                .hasMessageContaining("entry m/data.pkl")
                .hasMessageContaining("nothing was executed")
                .hasMessageContaining(module + "." + name)
                .hasMessageContaining("at byte");
        assertThat(witness).doesNotExist();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void instructionsThatCreateOrCall() throws Exception {
        // INST, OBJ, STACK_GLOBAL, EXT1, NEWOBJ_EX, POP, PERSID, FRAME, and one that nobody knows.
        for (int opcode : new int[] {'i', 'o', 0x93, 0x82, 0x92, '0', 'P', 0x95, 0xfe}) {
            refused(
                    out -> out.opcode(opcode).unsignedByte(0),
                    String.format("0x%02x", opcode),
                    ModelFormatException.class);
        }
    }

    @Test
    void depth() throws Exception {
        int deep = 100_000;
        refused(out -> nest(out, deep, Opcode.EMPTY_TUPLE, Opcode.TUPLE1), "nests too deep");
        refused(
                out -> {
                    repeat(deep, () -> out.opcode(Opcode.EMPTY_LIST));
                    repeat(deep - 1, () -> out.opcode(Opcode.APPEND));
                },
                "nests too deep");
        refused(
                out -> {
                    repeat(deep, () -> out.opcode(Opcode.EMPTY_DICT).opcode(Opcode.NONE));
                    out.opcode(Opcode.NONE);
                    repeat(deep, () -> out.opcode(Opcode.SETITEM));
                },
                "nests too deep");
        refused(
                out -> {
                    repeat(deep, () -> newObject(out));
                    out.opcode(Opcode.NONE);
                    repeat(deep, () -> out.opcode(Opcode.BUILD));
                },
                "nests too deep");
        // Tuples of what is no value.
        refused(
                out -> {
                    out.global("torch", "FloatStorage");
                    repeat(deep, () -> out.opcode(Opcode.TUPLE1));
                },
                "nest too deep");
        refused(out -> repeat(deep, () -> out.opcode(Opcode.MARK)), "not there");
    }

    @Test
    void recursion() throws Exception {
        refused(
                out -> {
                    out.opcode(Opcode.EMPTY_LIST);
                    out.remember(0);
                    out.recall(0);
                    out.opcode(Opcode.APPEND);
                },
                "a list holds itself");
        refused(
                out -> {
                    out.opcode(Opcode.EMPTY_DICT);
                    out.remember(0);
                    out.opcode(Opcode.NONE);
                    out.recall(0);
                    out.opcode(Opcode.SETITEM);
                },
                "a dictionary holds itself");
        refused(
                out -> {
                    out.opcode(Opcode.EMPTY_LIST);
                    out.remember(0);
                    out.opcode(Opcode.TUPLE1);
                    out.remember(1);
                    out.recall(0);
                    out.recall(1);
                    out.opcode(Opcode.APPEND);
                },
                "no new list");
    }

    @Test
    void repetition() throws Exception {
        refused(
                out -> {
                    out.opcode(Opcode.NONE);
                    for (int i = 0; i < 100; i++) {
                        out.remember(i);
                        out.recall(i);
                        out.opcode(Opcode.TUPLE2);
                    }
                },
                "repeats its values too often");
    }

    @Test
    void lengthsThatLie() throws Exception {
        refused(
                out ->
                        out.opcode(Opcode.BINUNICODE)
                                .unsignedByte(0xff)
                                .unsignedByte(0xff)
                                .unsignedByte(0xff)
                                .unsignedByte(0xff),
                "a text reaches beyond the end");
        refused(
                out -> {
                    out.opcode(Opcode.BINUNICODE8);
                    repeat(8, () -> out.unsignedByte(0xff));
                },
                "a text reaches beyond the end");
        refused(
                out -> {
                    out.opcode(Opcode.LONG1).unsignedByte(200);
                    repeat(200, () -> out.unsignedByte(1));
                },
                "an integer is too large");
        refused(
                out -> {
                    out.opcode(Opcode.GLOBAL);
                    repeat(100_000, () -> out.unsignedByte('a'));
                },
                "a name in the pickle is too long");
        Path cut =
                new ZipMaker().put("m/data.pkl", new byte[] {(byte) 0x80, 2, 'X', 1}).write(file());
        assertThatThrownBy(() -> ArchiveReader.read(cut))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("ends in the middle");
    }

    @Test
    void stackAndMemo() throws Exception {
        refused(out -> out.opcode(Opcode.BUILD), "not there");
        refused(out -> out.opcode(Opcode.TUPLE), "lacks a mark");
        refused(out -> out.recall(7), "recalls what it never remembered");
        refused(out -> out.opcode(Opcode.NONE).opcode(Opcode.NONE), "more than one value");
        refused(out -> out.opcode(Opcode.NONE).opcode(Opcode.MARK), "not there");
        refused(out -> out.global("torch", "FloatStorage"), "stands where a value must");
        refused(out -> out.opcode(Opcode.NONE), "holds no module");
        refused(
                out -> out.opcode(Opcode.NONE).opcode(Opcode.EMPTY_TUPLE).opcode(Opcode.REDUCE),
                "applies what is no function");
        refused(
                out -> {
                    out.global("torch", "device");
                    out.opcode(Opcode.EMPTY_TUPLE).opcode(Opcode.REDUCE);
                },
                "wrong number of parts");
    }

    @Test
    void manyValuesMeetTheBudget() throws Exception {
        Path file = data(out -> repeat(1_000_000, () -> out.opcode(Opcode.EMPTY_LIST)));
        assertThatThrownBy(() -> ArchiveReader.read(file, new MemoryBudget(10_000_000)))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("does not fit the memory")
                .hasMessageContaining("-Xmx");
    }

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

    private void refused(Consumer<PickleOutput> pickle, String message) throws Exception {
        refused(pickle, message, ModelFormatException.class);
    }

    private void refused(
            Consumer<PickleOutput> pickle,
            String message,
            Class<? extends QuantizationException> type)
            throws Exception {
        Path file = data(pickle);
        assertThatThrownBy(() -> ArchiveReader.read(file))
                .isExactlyInstanceOf(type)
                .hasMessageContaining("hostile.pt")
                .hasMessageContaining(message);
    }

    private Path data(Consumer<PickleOutput> pickle) throws Exception {
        PickleOutput out = ZipMaker.start();
        pickle.accept(out);
        byte[] storage = new byte[16];
        ByteBuffer.wrap(storage)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .put(new float[] {1, 2, 3, 4});
        return new ZipMaker()
                .put("m/data.pkl", out.opcode(Opcode.STOP).toBytes())
                .put("m/data/0", storage)
                .write(file());
    }

    private Path file() {
        return folder.resolve("hostile.pt");
    }

    private static void newObject(PickleOutput out) {
        out.global("__torch__", "Q");
        out.opcode(Opcode.EMPTY_TUPLE).opcode(Opcode.NEWOBJ);
    }

    private static void nest(PickleOutput out, int times, int first, int then) {
        out.opcode(first);
        repeat(times, () -> out.opcode(then));
    }

    private static void repeat(int times, Runnable action) {
        for (int i = 0; i < times; i++) {
            action.run();
        }
    }
}
