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
import io.github.djlquant.UnsupportedModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pickles that were made to do harm are refused by name and place; nothing happens. */
class HostilePickleTest extends HostileArchive {

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
