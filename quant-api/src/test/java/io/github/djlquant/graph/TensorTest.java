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
package io.github.djlquant.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorTest {

    private static Tensor raw(DataType type, int count, int... bytes) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes.length);
        for (int b : bytes) {
            buffer.put((byte) b);
        }
        return new Tensor(type, Shape.of(count), TensorStorage.of(buffer.flip()));
    }

    private static List<Double> elements(Tensor tensor) {
        List<Double> elements = new ArrayList<>();
        tensor.forEach((index, value) -> elements.add(value));
        return elements;
    }

    /** Bit patterns, least significant byte first, and the values that the formats define. */
    @ParameterizedTest
    @CsvSource({
        "FLOAT, 0000803f, 1",
        "FLOAT, 0000c07f, NaN",
        "FLOAT, 01000000, 1.401298464324817E-45",
        "DOUBLE, 000000000000f0bf, -1",
        "FLOAT16, 003c, 1",
        "FLOAT16, ff7b, 65504",
        "FLOAT16, 0100, 5.9604644775390625E-8",
        "FLOAT16, 00fc, -Infinity",
        "FLOAT16, 0080, -0.0",
        "BFLOAT16, 803f, 1",
        "BFLOAT16, 49c0, -3.140625",
        "INT8, 80, -128",
        "UINT8, 80, 128",
        "BOOL, 01, 1",
        "INT16, 0080, -32768",
        "UINT16, 0080, 32768",
        "INT32, ffffffff, -1",
        "UINT32, ffffffff, 4294967295",
        "INT64, ffffffffffffffff, -1",
        "UINT64, ffffffffffffffff, 18446744073709551615",
        "UINT64, 0000000000000080, 9223372036854775808",
        "FLOAT8E4M3FN, 7e, 448",
        "FLOAT8E4M3FN, 7f, NaN",
        "FLOAT8E4M3FN, 01, 0.001953125",
        "FLOAT8E4M3FNUZ, 7f, 240",
        "FLOAT8E4M3FNUZ, 80, NaN",
        "FLOAT8E5M2, 7b, 57344",
        "FLOAT8E5M2, fc, -Infinity",
        "FLOAT8E5M2, 7d, NaN",
        "FLOAT8E5M2FNUZ, 7f, 57344",
        "FLOAT8E5M2FNUZ, 80, NaN",
        "FLOAT8E8M0, 7f, 1",
        "FLOAT8E8M0, ff, NaN",
        "UINT4, 0f, 15",
        "INT4, 0f, -1",
        "FLOAT4E2M1, 07, 6",
        "FLOAT4E2M1, 09, -0.5",
        "UINT2, 03, 3",
        "INT2, 02, -2"
    })
    void readsAnElement(DataType type, String hex, double value) {
        byte[] bytes = java.util.HexFormat.of().parseHex(hex);
        int[] ints = new int[bytes.length];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = bytes[i];
        }

        assertThat(elements(raw(type, 1, ints))).containsExactly(value);
    }

    @Test
    void packsSubByteElementsLowBitsFirst() {
        assertThat(elements(raw(DataType.UINT4, 3, 0x21, 0x03))).containsExactly(1.0, 2.0, 3.0);
        assertThat(elements(raw(DataType.INT4, 3, 0xf8, 0x07))).containsExactly(-8.0, -1.0, 7.0);
        assertThat(elements(raw(DataType.UINT2, 5, 0b11_10_01_00, 2)))
                .containsExactly(0.0, 1.0, 2.0, 3.0, 2.0);
        assertThat(Tensor.ofInts(DataType.INT4, new int[] {-8, -1, 7}, 3).bytes())
                .isEqualTo(ByteBuffer.wrap(new byte[] {(byte) 0xf8, 7}));
        assertThat(Tensor.ofInts(DataType.INT2, new int[] {0, 1, -2, -1, 1}, 5).bytes())
                .isEqualTo(ByteBuffer.wrap(new byte[] {(byte) 0b11_10_01_00, 1}));
    }

    @Property(tries = 100)
    void int4ElementsComeBack(
            @ForAll @Size(max = 40) List<@IntRange(min = -8, max = 7) Integer> values) {
        int[] ints = values.stream().mapToInt(Integer::intValue).toArray();

        assertThat(Tensor.ofInts(DataType.INT4, ints, ints.length).toInts()).isEqualTo(ints);
    }

    @Test
    void refusesElementsThatDoNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.ofInts(DataType.INT8, new int[] {128}, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.ofInts(DataType.UINT4, new int[] {-1}, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.ofInts(DataType.FLOAT, new int[] {1}, 1));
    }

    @Test
    void requiresStorageThatFitsTheShape() {
        assertThatIllegalArgumentException().isThrownBy(() -> raw(DataType.FLOAT, 2, 0, 0, 0, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new Tensor(
                                        DataType.STRING,
                                        Shape.of(2),
                                        new TensorStorage.Strings(List.of())));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new Tensor(
                                        DataType.UINT8,
                                        Shape.of(0),
                                        new TensorStorage.Strings(List.of())));
    }

    @Test
    void textHasNoNumbers() {
        Bytes word = Bytes.copyOf("word".getBytes(StandardCharsets.UTF_8));
        Tensor text =
                new Tensor(DataType.STRING, Shape.of(1), new TensorStorage.Strings(List.of(word)));

        assertThatIllegalStateException().isThrownBy(text::toFloats);
    }

    /** Elements are read in windows; their borders must not show. */
    @ParameterizedTest
    @CsvSource({"1", "65536", "65537", "300001"})
    void readsAcrossWindows(int count) {
        int[] expected = new int[count];
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            expected[i] = i * 7 % 16 - 8;
            floats[i] = i;
        }

        assertThat(Tensor.ofInts(DataType.INT4, expected, count).toInts()).isEqualTo(expected);
        assertThat(Tensor.ofFloats(floats, count).toFloats()).isEqualTo(floats);
    }

    @Test
    void windowsCrossSegments(@TempDir Path folder) throws Exception {
        List<ByteBuffer> segments = new ArrayList<>();
        for (int s = 0; s < 3; s++) {
            ByteBuffer segment = ByteBuffer.allocate(s == 2 ? 4 : 6);
            while (segment.hasRemaining()) {
                segment.put((byte) (s * 6 + segment.position()));
            }
            segments.add(segment.flip());
        }
        TensorStorage storage = TensorStorage.ofSegments(segments, 6);
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 16; i++) {
            bytes.put((byte) i);
        }
        Tensor whole = new Tensor(DataType.INT32, Shape.of(4), TensorStorage.of(bytes.flip()));
        Tensor pieces = new Tensor(DataType.INT32, Shape.of(4), storage);

        assertThat(storage.byteSize()).isEqualTo(16);
        assertThat(pieces.toInts()).isEqualTo(whole.toInts());
        Path file = folder.resolve("elements");
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            pieces.writeTo(channel);
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes.array());
    }

    @Test
    void emptyTensorsAndScalars() {
        assertThat(Tensor.ofFloats(new float[0], 0, 3).toFloats()).isEmpty();
        assertThat(Tensor.ofFloat(2.5f).toFloats()).containsExactly(2.5f);
        assertThat(Tensor.ofLongs(new long[] {Long.MIN_VALUE}).toLongs())
                .containsExactly(Long.MIN_VALUE);
    }

    @ParameterizedTest
    @CsvSource({"0, NaN", "299999, Infinity", "262144, -Infinity"})
    void seesWhatIsNoNumberAnywhere(int index, float value) {
        float[] values = new float[300_000];
        Arrays.fill(values, Float.MAX_VALUE);
        assertThat(Tensor.ofFloats(values, values.length).firstNonFinite()).isEmpty();
        values[index] = value;
        Tensor tensor = Tensor.ofFloats(values, values.length);
        assertThat(tensor.firstNonFinite()).hasValue(index);
        assertThat(tensor.firstNonFinite()).hasValue(index);
        Tensor halves = Tensor.ofHalfFloats(new float[] {-65504, 0, value}, 3);
        assertThat(halves.firstNonFinite()).hasValue(2);
    }

    @Test
    void findsNothingWhereAllAreNumbers() {
        assertThat(Tensor.ofLongs(new long[] {Long.MIN_VALUE}, 1).firstNonFinite()).isEmpty();
        assertThat(Tensor.ofFloats(new float[0], 0).firstNonFinite()).isEmpty();
        Tensor ends =
                Tensor.ofFloats(
                        new float[] {-Float.MAX_VALUE, Float.MAX_VALUE, -0f, Float.MIN_VALUE}, 4);
        assertThat(ends.firstNonFinite()).isEmpty();
        assertThat(ends.firstNonFinite()).isEmpty();
    }

    @Test
    void roundsToHalfFloats() {
        // Values of binary16 by IEEE 754: 2^-24 is the smallest, 65504 the largest.
        float[] values = {
            1,
            -2,
            0.1f,
            65504,
            65519,
            65520,
            1e9f,
            0x1p-24f,
            0x1p-25f,
            0x1.8p-25f,
            0x1p-14f,
            -0x1.ffcp-15f,
            1 + 0x1p-11f,
            1 + 0x1.8p-10f,
            -0f,
            Float.NaN
        };
        Tensor halves = Tensor.ofHalfFloats(values, values.length);
        assertThat(halves.dataType()).isEqualTo(DataType.FLOAT16);
        assertThat(halves.toFloats())
                .containsExactly(
                        1,
                        -2,
                        0.099975586f,
                        65504,
                        65504,
                        Float.POSITIVE_INFINITY,
                        Float.POSITIVE_INFINITY,
                        0x1p-24f,
                        0,
                        0x1p-24f,
                        0x1p-14f,
                        -0x1p-14f,
                        1,
                        1 + 0x1p-9f,
                        -0f,
                        Float.NaN);
    }
}
