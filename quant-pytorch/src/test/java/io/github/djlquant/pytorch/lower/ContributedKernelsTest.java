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
package io.github.djlquant.pytorch.lower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.QuantizationException;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.testkit.GraphBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContributedKernelsTest {

    private static final OpType ROLL = new OpType(OpType.ATEN, "roll");

    private static final OpType FLIP = new OpType(OpType.ATEN, "flip");

    private static final QuantizedValue BYTES = new QuantizedValue("x", 0.5, 3, DataType.UINT8);

    private record Extension(Map<OpType, SiteKernel> kernels) implements KernelExtension {}

    private final Graph graph =
            GraphBuilder.aten().input("x", -1, 4).node("roll", "y", "x").output("y").build();

    private static Call flip(String value) {
        return new Call(FLIP, List.of(Argument.of(value)));
    }

    private boolean lower(SiteKernel kernel, GraphEditor editor) {
        Node roll = graph.nodes().get(0);
        ContributedKernels kernels =
                ContributedKernels.of(List.of(new Extension(Map.of(ROLL, kernel))), Set.of(ROLL));
        assertThat(kernels.has(roll)).isTrue();
        // What is known of a moved tensor has the name of where it came from.
        return kernels.lower(roll, Map.of("x", BYTES.as("before")), BYTES.as("before"), editor);
    }

    @Test
    void aKernelReplacesWhatMovesIntegers() {
        GraphEditor editor = graph.edit();
        boolean replaced =
                lower(
                        site -> {
                            assertThat(site.call().op()).isEqualTo(ROLL);
                            assertThat(site.operand(0)).contains(BYTES);
                            assertThat(site.result()).isEqualTo(BYTES.as("y"));
                            String made = site.insert(flip("x"));
                            site.replace(flip(made));
                        },
                        editor);

        assertThat(replaced).isTrue();
        assertThat(editor.build().nodes()).hasSize(2).allMatch(node -> node.op().equals(FLIP));
    }

    @Test
    void aKernelThatDoesNotSuitLeavesNothingBehind() {
        GraphEditor editor = graph.edit();
        boolean replaced = lower(site -> site.insert(flip("x")), editor);

        assertThat(replaced).isFalse();
        assertThat(editor.build()).hasToString(graph.toString());
    }

    @Test
    void twoExtensionsForOneOperatorAreRefused() {
        Extension one = new Extension(Map.of(ROLL, site -> {}));
        Extension other = new Extension(Map.of(ROLL, site -> {}));

        assertThatThrownBy(() -> ContributedKernels.of(List.of(one, other), Set.of()))
                .isInstanceOf(QuantizationException.class)
                .hasMessageContaining("aten::roll")
                .hasMessageContaining(Extension.class.getName());
    }
}
