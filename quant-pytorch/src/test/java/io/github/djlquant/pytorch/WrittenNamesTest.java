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
package io.github.djlquant.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.pytorch.op.ResultForm;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names survive their way through an archive. */
class WrittenNamesTest {

    @Test
    void printedNamesAreReadBack() {
        Shape shape = new Shape(List.of(new Dimension.Symbolic("any"), new Dimension.Fixed(3)));
        WrittenNames names =
                new WrittenNames(
                        new Signature(
                                List.of(
                                        new Value(
                                                "a/b",
                                                new ValueType.TensorType(DataType.INT64, shape)),
                                        new Value("c", new ValueType.TensorType(null, null))),
                                List.of("layer.0/out", "é"),
                                ResultForm.parse("($0, {\"k\": $1})")),
                        List.of(new WrittenNames.Named("quantized::conv2d", "layer.0/conv")));

        assertThat(WrittenNames.parse(names.print(), "m.pt")).isEqualTo(names);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "not json",
                "{\"inputs\":[{}],\"outputs\":[],\"nodes\":[]}",
                "{\"inputs\":[{\"name\":\"x\",\"type\":\"NONE\"}],\"outputs\":[],\"nodes\":[]}",
                "{\"inputs\":[],\"outputs\":[{}],\"nodes\":[]}",
                "{\"inputs\":[],\"outputs\":[],\"nodes\":[[\"op\"]]}",
                "{\"inputs\":[],\"outputs\":[],\"nodes\":[],\"result\":\"(((\"}"
            })
    void damagedNamesAreTypedErrors(String text) {
        assertThatThrownBy(() -> WrittenNames.parse(text, "m.pt"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("m.pt")
                .hasMessageContaining(WrittenNames.KEY);
    }
}
