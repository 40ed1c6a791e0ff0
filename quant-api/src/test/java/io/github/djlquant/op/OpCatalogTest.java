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
package io.github.djlquant.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.QuantizationException;
import io.github.djlquant.graph.OpType;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OpCatalogTest {

    private static OpSpec row(String op, Role role) {
        return OpSpec.of(OpType.onnx(op), role, Map.of(), RangeRule.FREE);
    }

    private record Extension(Collection<OpSpec> rows) implements OpCatalogExtension {}

    @Test
    void anExtensionReplacesOurRowAndAddsItsOwn() {
        OpCatalog catalog =
                OpCatalog.of(List.of(row("Relu", Role.OPAQUE)))
                        .extended(
                                List.of(
                                        new Extension(
                                                List.of(
                                                        row("Relu", Role.RANGE_PRESERVING),
                                                        row("Mine", Role.CONCAT)))));

        assertThat(catalog.rows())
                .extracting(row -> row.op().name() + " " + row.role())
                .containsExactlyInAnyOrder("Relu RANGE_PRESERVING", "Mine CONCAT");
    }

    @Test
    void twoExtensionsForOneOperatorAreRefused() {
        Extension one = new Extension(List.of(row("Mine", Role.OPAQUE)));
        Extension other = new Extension(List.of(row("Mine", Role.CONCAT)));

        assertThatThrownBy(() -> OpCatalog.of(List.of()).extended(List.of(one, other)))
                .isInstanceOf(QuantizationException.class)
                .hasMessageContaining("Mine")
                .hasMessageContaining(Extension.class.getName());
    }
}
