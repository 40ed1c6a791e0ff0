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

import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.archive.PackedParameters.Window;
import io.github.djlquant.pytorch.archive.PickleValue.ListValue;
import io.github.djlquant.pytorch.archive.PickleValue.ObjectValue;
import io.github.djlquant.pytorch.archive.PickleValue.QuantizedTensorValue;
import io.github.djlquant.pytorch.archive.PickleValue.TensorValue;
import io.github.djlquant.pytorch.archive.PickleValue.TupleValue;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is packed here has the form that PyTorch's own prepacking operators give. */
class PackedParametersTest {

    private final ObjectValue root = ArchiveReader.read(TestArchives.file("packed.pt")).data();

    @Test
    void convolutions() {
        assertSame(
                "conv1d", new Window(List.of(2L), List.of(1L), List.of(1L), List.of(0L), 1, false));
        assertSame(
                "conv2d",
                new Window(
                        List.of(2L, 1L),
                        List.of(1L, 0L),
                        List.of(1L, 2L),
                        List.of(0L, 0L),
                        2,
                        false));
        assertSame(
                "conv3d",
                new Window(
                        List.of(1L, 1L, 1L),
                        List.of(0L, 0L, 0L),
                        List.of(1L, 1L, 1L),
                        List.of(0L, 0L, 0L),
                        1,
                        false));
    }

    @Test
    void transposedConvolutions() {
        assertSame(
                "transposed",
                new Window(
                        List.of(2L, 2L),
                        List.of(1L, 1L),
                        List.of(1L, 1L),
                        List.of(1L, 1L),
                        1,
                        true));
        assertSame(
                "transposed1d",
                new Window(List.of(2L), List.of(1L), List.of(1L), List.of(1L), 1, true));
    }

    @Test
    void linearLayers() {
        for (String name : List.of("linear", "no_bias")) {
            TupleValue state = (TupleValue) packed(name).state();
            QuantizedTensorValue weight = (QuantizedTensorValue) state.elements().get(0);
            assertThat(
                            Contents.of(
                                    PackedParameters.linear(
                                            weight, tensor(state.elements().get(1)))))
                    .isEqualTo(Contents.of(packed(name)));
        }
        TupleValue half = (TupleValue) packed("half").state();
        Tensor weight = tensor(half.elements().get(0)).orElseThrow();
        assertThat(Contents.of(PackedParameters.halfLinear(weight, tensor(half.elements().get(1)))))
                .isEqualTo(Contents.of(packed("half")));
    }

    @Test
    void tables() {
        for (String name : List.of("table", "small_table")) {
            ListValue tensors = (ListValue) ((TupleValue) packed(name).state()).elements().get(1);
            QuantizedTensorValue table = (QuantizedTensorValue) tensors.elements().get(0);
            assertThat(Contents.of(PackedParameters.embedding(table)))
                    .isEqualTo(Contents.of(packed(name)));
        }
    }

    @Test
    void aWindowMustFitTheWeight() {
        ListValue parts = (ListValue) ((TupleValue) packed("conv3d").state()).elements().get(1);
        QuantizedTensorValue weight = (QuantizedTensorValue) parts.elements().get(1);
        Window flat =
                new Window(
                        List.of(1L, 1L),
                        List.of(0L, 0L),
                        List.of(1L, 1L),
                        List.of(0L, 0L),
                        1,
                        false);
        assertThatThrownBy(() -> PackedParameters.convolution(weight, Optional.empty(), flat))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 axes");
    }

    private void assertSame(String name, Window window) {
        List<PickleValue> state = ((TupleValue) packed(name).state()).elements();
        QuantizedTensorValue weight =
                (QuantizedTensorValue) ((ListValue) state.get(1)).elements().get(1);
        Optional<Tensor> bias = tensor(((ListValue) state.get(2)).elements().get(0));
        if (window.strides().size() == 1) {
            long[] sizes = weight.integers().shape().toArray();
            weight =
                    new QuantizedTensorValue(
                            weight.integers().reshape(Shape.of(sizes[0], sizes[1], sizes[3])),
                            weight.scheme());
        }
        assertThat(Contents.of(PackedParameters.convolution(weight, bias, window)))
                .isEqualTo(Contents.of(packed(name)));
    }

    private ObjectValue packed(String name) {
        return (ObjectValue) root.attribute(name).orElseThrow();
    }

    private static Optional<Tensor> tensor(PickleValue value) {
        return value instanceof TensorValue tensor
                ? Optional.of(tensor.tensor())
                : Optional.empty();
    }
}
