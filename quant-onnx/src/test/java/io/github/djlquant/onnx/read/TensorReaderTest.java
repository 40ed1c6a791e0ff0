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
package io.github.djlquant.onnx.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.github.djlquant.ModelFormatException;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.onnx.proto.OnnxTypes;
import io.github.djlquant.onnx.proto.TensorProto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TensorReaderTest {

    private static final Place AT = new Place(Path.of("model.onnx"), "initializer t");

    private static Tensor read(TensorProto.Builder tensor) {
        return new TensorReader(new ExternalData(Path.of("model.onnx"))).read(tensor.build(), AT);
    }

    private static TensorProto.Builder tensor(DataType type, long... dims) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName("t").setDataType(OnnxTypes.code(type));
        for (long dim : dims) {
            tensor.addDims(dim);
        }
        return tensor;
    }

    private static List<Double> elements(Tensor tensor) {
        List<Double> elements = new ArrayList<>();
        tensor.forEach((index, value) -> elements.add(value));
        return elements;
    }

    /** Type, entries of int32_data, elements. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "INT32   | -5, 2147483647 | -5, 2147483647",
                "INT16   | -32768, 5      | -32768, 5",
                "UINT16  | 65535, 0       | 65535, 0",
                "INT8    | -128, 127      | -128, 127",
                "UINT8   | 255, 1         | 255, 1",
                "BOOL    | 1, 0           | 1, 0",
                "FLOAT16 | 15360, 64512   | 1, -Infinity",
                "FLOAT16 | -1024, 0       | -Infinity, 0",
                "BFLOAT16| 16256, 49152   | 1, -2",
                "FLOAT8E4M3FN | 126, 254  | 448, -448",
                "INT4    | 33, 15         | 1, 2, -1, 0",
                "UINT4   | 33, 15         | 1, 2, 15, 0",
                "INT2    | 228, 228       | 0, 1, -2, -1, 0, 1, -2, -1"
            })
    void int32DataHoldsManyTypes(DataType type, String entries, String elements) {
        double[] expected =
                java.util.Arrays.stream(elements.split(", *"))
                        .mapToDouble(Double::parseDouble)
                        .toArray();
        TensorProto.Builder tensor = tensor(type, expected.length);
        for (String entry : entries.split(", *")) {
            tensor.addInt32Data(Integer.parseInt(entry.strip()));
        }

        assertThat(elements(read(tensor)))
                .containsExactly(java.util.Arrays.stream(expected).boxed().toArray(Double[]::new));
    }

    @ParameterizedTest
    @CsvSource({"INT8, 128", "INT8, -129", "UINT8, -1", "UINT8, 256", "UINT16, 65536", "INT4, 256"})
    void entriesMustFitTheirType(DataType type, int entry) {
        assertThatThrownBy(() -> read(tensor(type, 1).addInt32Data(entry)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("model.onnx: initializer t")
                .hasMessageContaining("does not fit " + type);
    }

    @Test
    void theOtherTypedFields() {
        assertThat(read(tensor(DataType.FLOAT, 2).addFloatData(1.5f).addFloatData(-0f)).toFloats())
                .containsExactly(1.5f, -0f);
        assertThat(elements(read(tensor(DataType.DOUBLE).addDoubleData(1e-300))))
                .containsExactly(1e-300);
        assertThat(read(tensor(DataType.INT64, 1).addInt64Data(Long.MIN_VALUE)).toLongs())
                .containsExactly(Long.MIN_VALUE);
        assertThat(elements(read(tensor(DataType.UINT64, 1).addUint64Data(-1L))))
                .containsExactly(0x1p64);
        assertThat(elements(read(tensor(DataType.UINT32, 1).addUint64Data(0xffffffffL))))
                .containsExactly(4294967295.0);
        assertThat(
                        read(tensor(DataType.COMPLEX64, 1).addFloatData(1).addFloatData(2))
                                .bytes()
                                .getFloat(4))
                .isEqualTo(2);
        Tensor words =
                read(
                        tensor(DataType.STRING, 2)
                                .addStringData(ByteString.copyFromUtf8("grüß"))
                                .addStringData(ByteString.EMPTY));
        assertThat(((TensorStorage.Strings) words.storage()).elements()).hasSize(2);
    }

    @Test
    void fieldsOfTheWrongSizeOrTypeAreRefused() {
        for (TensorProto.Builder wrong :
                List.of(
                        tensor(DataType.FLOAT, 3).addFloatData(1),
                        tensor(DataType.FLOAT, 1).addInt32Data(1),
                        tensor(DataType.DOUBLE, 1).addFloatData(1),
                        tensor(DataType.INT64, 2).addInt64Data(1),
                        tensor(DataType.STRING, 2).addStringData(ByteString.EMPTY),
                        tensor(DataType.STRING, 1).setRawData(ByteString.EMPTY),
                        tensor(DataType.COMPLEX128, 1).addDoubleData(1),
                        tensor(DataType.INT4, 3).addInt32Data(1))) {
            assertThatThrownBy(() -> read(wrong)).isInstanceOf(ModelFormatException.class);
        }
    }

    @Test
    void emptyTensorsNeedNoData() {
        assertThat(read(tensor(DataType.FLOAT, 0, 7)).toFloats()).isEmpty();
        assertThat(read(tensor(DataType.INT64, 0)).toLongs()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void everyTypeHasItsCode(DataType type) {
        assertThat(OnnxTypes.type(OnnxTypes.code(type))).contains(type);
        assertThat(TensorProto.DataType.forNumber(OnnxTypes.code(type)).name())
                .isEqualTo(type.name().toUpperCase(Locale.ROOT));
    }
}
