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
package io.github.djlquant.pytorch.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.graph.OpType;
import org.junit.jupiter.api.Test;

class AtenSchemasTest {

    @Test
    void namesFollowTheDeclaration() {
        assertThat(AtenSchemas.names(aten("batch_norm"), 9))
                .containsExactly(
                        "input",
                        "weight",
                        "bias",
                        "running_mean",
                        "running_var",
                        "training",
                        "momentum",
                        "eps",
                        "cudnn_enabled");
    }

    @Test
    void theNumberOfArgumentsChoosesTheOverload() {
        OpType upsample = aten("upsample_nearest2d");

        assertThat(AtenSchemas.names(upsample, 2)).containsExactly("self", "output_size");
        assertThat(AtenSchemas.names(upsample, 4))
                .containsExactly("self", "output_size", "scales_h", "scales_w");
    }

    @Test
    void whereOverloadsDisagreeAPositionHasNoName() {
        assertThat(AtenSchemas.names(aten("upsample_nearest2d"), 3))
                .containsExactly("arg0", "output_size", "arg2");
        assertThat(AtenSchemas.names(aten("nobody_knows"), 2)).containsExactly("arg0", "arg1");
    }

    @Test
    void theInPlaceFormHasTheSameArguments() {
        assertThat(AtenSchemas.names(aten("add_"), 2)).containsExactly("self", "other");
        assertThat(AtenSchemas.knows(aten("__getitem__"))).isFalse();
    }

    @Test
    void positionsAreFoundByName() {
        assertThat(AtenSchemas.position(aten("conv2d"), "groups")).hasValue(6);
        assertThat(AtenSchemas.position(aten("conv2d"), "nothing")).isEmpty();
        assertThat(AtenSchemas.position(new OpType("quantized", "conv2d_relu"), "packed_weight"))
                .hasValue(1);
    }

    @Test
    void viewsShareTheirFirstArgument() {
        assertThat(AtenSchemas.shared(aten("view"))).containsExactly(0);
        assertThat(AtenSchemas.shared(aten("chunk"))).containsExactly(0);
        assertThat(AtenSchemas.shared(aten("dropout"))).containsExactly(0);
        assertThat(AtenSchemas.shared(aten("conv2d"))).isEmpty();
    }

    private static OpType aten(String name) {
        return new OpType(OpType.ATEN, name);
    }
}
