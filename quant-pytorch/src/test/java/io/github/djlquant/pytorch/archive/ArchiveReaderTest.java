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

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.djlquant.graph.Bytes;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.archive.PickleValue.Bool;
import io.github.djlquant.pytorch.archive.PickleValue.Complex;
import io.github.djlquant.pytorch.archive.PickleValue.DeviceValue;
import io.github.djlquant.pytorch.archive.PickleValue.DictValue;
import io.github.djlquant.pytorch.archive.PickleValue.Entry;
import io.github.djlquant.pytorch.archive.PickleValue.Int;
import io.github.djlquant.pytorch.archive.PickleValue.ListValue;
import io.github.djlquant.pytorch.archive.PickleValue.None;
import io.github.djlquant.pytorch.archive.PickleValue.ObjectValue;
import io.github.djlquant.pytorch.archive.PickleValue.PerChannel;
import io.github.djlquant.pytorch.archive.PickleValue.PerTensor;
import io.github.djlquant.pytorch.archive.PickleValue.QuantizedTensorValue;
import io.github.djlquant.pytorch.archive.PickleValue.Real;
import io.github.djlquant.pytorch.archive.PickleValue.TensorValue;
import io.github.djlquant.pytorch.archive.PickleValue.Text;
import io.github.djlquant.pytorch.archive.PickleValue.TupleValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Archives that PyTorch wrote hold what PyTorch says. */
class ArchiveReaderTest {

    private static final Map<String, DataType> TYPES =
            Map.ofEntries(
                    Map.entry("float32", DataType.FLOAT),
                    Map.entry("float16", DataType.FLOAT16),
                    Map.entry("bfloat16", DataType.BFLOAT16),
                    Map.entry("float64", DataType.DOUBLE),
                    Map.entry("bool", DataType.BOOL),
                    Map.entry("int8", DataType.INT8),
                    Map.entry("uint8", DataType.UINT8),
                    Map.entry("int16", DataType.INT16),
                    Map.entry("int32", DataType.INT32),
                    Map.entry("int64", DataType.INT64),
                    Map.entry("uint16", DataType.UINT16),
                    Map.entry("complex64", DataType.COMPLEX64),
                    Map.entry("float8_e4m3fn", DataType.FLOAT8E4M3FN));

    @Test
    void tensorsOfEveryTypeAndView() throws Exception {
        ObjectValue root = ArchiveReader.read(TestArchives.file("values.pt")).data();
        JsonObject expected = TestArchives.json("values.json").getAsJsonObject();
        assertThat(expected.size()).isGreaterThan(20);
        for (Map.Entry<String, JsonElement> entry : expected.entrySet()) {
            JsonObject tensor = entry.getValue().getAsJsonObject();
            Tensor read = tensor(root, entry.getKey());
            assertThat(read.dataType())
                    .as(entry.getKey())
                    .isEqualTo(TYPES.get(tensor.get("type").getAsString()));
            assertThat(read.shape().toArray())
                    .as(entry.getKey())
                    .containsExactly(
                            tensor.getAsJsonArray("sizes").asList().stream()
                                    .mapToLong(JsonElement::getAsLong)
                                    .toArray());
            assertThat(values(read))
                    .as(entry.getKey())
                    .containsExactly(
                            tensor.getAsJsonArray("values").asList().stream()
                                    .mapToDouble(JsonElement::getAsDouble)
                                    .toArray());
        }
    }

    @Test
    void attributesOfEveryKind() {
        ObjectValue root = ArchiveReader.read(TestArchives.file("values.pt")).data();
        assertThat(root.className()).isEqualTo("__torch__.Values");
        assertThat(attribute(root, "texts"))
                .isEqualTo(new ListValue(List.of(new Text("a"), new Text("b\u00e9")), "List[str]"));
        assertThat(attribute(root, "numbers"))
                .isEqualTo(
                        new DictValue(
                                List.of(
                                        Entry.of("one", new Int(1)),
                                        Entry.of("large", new Int(1L << 40)),
                                        Entry.of("negative", new Int(-5))),
                                "Dict[str, int]"));
        assertThat(attribute(root, "optional")).isEqualTo(new None());
        assertThat(attribute(root, "pair")).isEqualTo(TupleValue.of(new Int(300), new Text("x")));
        assertThat(attribute(root, "ints"))
                .isEqualTo(
                        new ListValue(
                                List.of(new Int(1), new Int(2), new Int(70000)), "List[int]"));
        assertThat(attribute(root, "floats"))
                .isEqualTo(new ListValue(List.of(new Real(1.5), new Real(-0.25)), "List[float]"));
        assertThat(attribute(root, "bools"))
                .isEqualTo(new ListValue(List.of(new Bool(true), new Bool(false)), "List[bool]"));
        assertThat(Contents.of(attribute(root, "tensors")))
                .isEqualTo("List[Tensor][float[2] 0000803f0000803f, float[1] 00000000]");
        assertThat(Contents.of(attribute(root, "nested")))
                .isEqualTo(
                        "List[List[int]][List[int][Int[value=1]],"
                                + " List[int][Int[value=2], Int[value=3]]]");
        assertThat(attribute(root, "device")).isEqualTo(new DeviceValue("cpu"));
        assertThat(attribute(root, "real")).isEqualTo(new Real(0.1));
        assertThat(attribute(root, "complex_number")).isEqualTo(new Complex(1, -2));
        ListValue many = (ListValue) attribute(root, "many");
        assertThat(many.elements()).hasSize(300).endsWith(new Text("text 299"));
    }

    @Test
    void whatIsSharedStaysShared() {
        ObjectValue root = ArchiveReader.read(TestArchives.file("values.pt")).data();
        // PyTorch writes a module that is used twice as two objects of the same tensors.
        assertThat(tensor(root, "again.linear.weight"))
                .isSameAs(tensor(root, "inner.linear.weight"));
        assertThat(tensor(root, "inner.tied")).isSameAs(tensor(root, "weight"));
        assertThat(tensor(root, "whole")).isNotSameAs(tensor(root, "transposed"));
        assertThat(((TensorValue) attribute(root, "weight")).requiresGrad()).isTrue();
        assertThat(((TensorValue) attribute(root, "whole")).requiresGrad()).isFalse();
    }

    @Test
    void namesVersionsAndExtraFiles() {
        TorchArchive archive = ArchiveReader.read(TestArchives.file("traced.pt"));
        assertThat(archive.name()).isEqualTo("traced");
        assertThat(archive.version()).isBetween(3L, 10L);
        assertThat(archive.constants()).isEqualTo(TupleValue.of());
        assertThat(archive.extra())
                .containsOnly(
                        Map.entry(
                                "note.txt", Bytes.copyOf("five!".getBytes(StandardCharsets.UTF_8))),
                        Map.entry("folder/empty", Bytes.copyOf(new byte[0])));
        assertThat(archive.code())
                .containsKeys(
                        "__torch__/torch/nn/modules/container.py",
                        "__torch__/torch/nn/modules/conv.py")
                .allSatisfy((path, source) -> assertThat(path).endsWith(".py"));
        assertThat(archive.code().get("__torch__/torch/nn/modules/conv.py"))
                .contains("torch._convolution(");
    }

    @Test
    void quantizedTensors() {
        ObjectValue root = ArchiveReader.read(TestArchives.file("quantized.pt")).data();
        QuantizedTensorValue perTensor = (QuantizedTensorValue) attribute(root, "per_tensor");
        assertThat(perTensor.scheme()).isEqualTo(new PerTensor(0.05, 3));
        assertThat(perTensor.integers().dataType()).isEqualTo(DataType.UINT8);
        assertThat(perTensor.integers().toInts()).containsExactly(0, 13, 43, 63, 0, 8);
        QuantizedTensorValue wide = (QuantizedTensorValue) attribute(root, "wide");
        assertThat(wide.integers().toInts()).containsExactly(-1000, 500, 2000, 3000, -4000, 250);
        QuantizedTensorValue channels = (QuantizedTensorValue) attribute(root, "per_channel");
        PerChannel scheme = (PerChannel) channels.scheme();
        assertThat(scheme.axis()).isEqualTo(1);
        assertThat(values(scheme.scales())).containsExactly(3.0 / 127, 4.0 / 127, 2.0 / 127);
        assertThat(channels.integers().toInts()).containsExactly(-42, 16, 127, 127, -127, 16);
    }

    private static PickleValue attribute(ObjectValue object, String name) {
        return object.attribute(name).orElseThrow();
    }

    private static Tensor tensor(ObjectValue root, String path) {
        PickleValue value = root;
        for (String name : path.split("\\.")) {
            value = attribute((ObjectValue) value, name);
        }
        return ((TensorValue) value).tensor();
    }

    private static double[] values(Tensor tensor) {
        double[] values = new double[(int) tensor.elementCount()];
        if (tensor.dataType() == DataType.COMPLEX64) {
            double[] parts = new double[2 * values.length];
            for (int i = 0; i < parts.length; i++) {
                parts[i] = tensor.bytes().getFloat(4 * i);
            }
            return parts;
        }
        tensor.forEach((index, value) -> values[(int) index] = value);
        return values;
    }
}
