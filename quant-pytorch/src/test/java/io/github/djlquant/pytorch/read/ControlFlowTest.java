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
package io.github.djlquant.pytorch.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.archive.PickleValue;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlFlowTest {

    @Test
    void bothWaysOfAnOpenBranchAreBodies() {
        assertThat(
                        ScriptArchive.nodes(
                                forward(
                                        "if bool(torch.any(x)):",
                                        "  y, z = torch.neg(x), 1",
                                        "else:",
                                        "  y, z = x, 2",
                                        "return torch.add(y, z)")))
                .isEqualTo(
                        """
                        %any = aten::any(%x)
                        %condition = aten::Bool(%any)
                        %y_1, %z = prim::If(%condition)
                            graph () -> (%y: ?, %literal: ?) {
                              %y = aten::neg(%x)
                              %literal = prim::Constant<arg0=1>(_)
                            }
                            graph () -> (%x: ?, %literal_1: ?) {
                              %literal_1 = prim::Constant<arg0=2>(_)
                            }
                        %add = aten::add(%y_1, %z)""");
    }

    @Test
    void whatNobodyReadsAfterABranchIsNoOutput() {
        Graph graph =
                forward(
                        "if bool(torch.any(x)):",
                        "  y, z = torch.neg(x), 1",
                        "else:",
                        "  y, z = x, 2",
                        "return y");

        assertThat(node(graph, "If").outputs()).hasSize(1);
    }

    @Test
    void knownLoopsAreUnrolled() {
        assertThat(
                        ScriptArchive.nodes(
                                forward(
                                        "y = x",
                                        "for i in range(torch.len([7, 8])):",
                                        "  y = torch.add(y, i)",
                                        "return y")))
                .isEqualTo(
                        """
                        %y = aten::add<other=0>(%x, _)
                        %y_1 = aten::add<other=1>(%y, _)""");
    }

    @Test
    void openLoopsHandOnWhatTheyChange() {
        Graph graph =
                forward(
                        "y = x",
                        "out = annotate(List[Tensor], [])",
                        "for i in range(torch.size(x, 0)):",
                        "  y = torch.neg(y)",
                        "  _0 = torch.append(out, y)",
                        "return torch.add(y, torch.stack(out))");

        Node loop = node(graph, "Loop");
        assertThat(loop.input(0)).isEqualTo("rounds");
        assertThat(loop.inputs()).hasSize(4);
        assertThat(loop.outputs()).hasSize(2);
        Graph body = loop.bodies().get(0);
        assertThat(body.inputs()).hasSize(3);
        assertThat(body.outputs()).hasSize(3);
        assertThat(body.nodes().stream().map(n -> n.op().name()))
                .contains("neg", "ListConstruct", "add");
        assertThat(node(graph, "stack").input(0)).isEqualTo(loop.outputs().get(1));
    }

    @Test
    void loopsThatCountInKnownNumbersAreUnrolled() {
        assertThat(
                        ScriptArchive.nodes(
                                forward(
                                        "y = x",
                                        "i = 0",
                                        "_0 = torch.lt(i, 2)",
                                        "while _0:",
                                        "  y = torch.neg(y)",
                                        "  i0 = torch.add(i, 1)",
                                        "  _0, i = torch.lt(i0, 2), i0",
                                        "return y")))
                .isEqualTo(
                        """
                        %y = aten::neg(%x)
                        %y_1 = aten::neg(%y)""");
    }

    @Test
    void objectsThatDifferMayNotBeReadAfterABranch() {
        assertThatThrownBy(
                        () ->
                                forward(
                                        "if bool(torch.any(x)):",
                                        "  f = __torch__.f",
                                        "else:",
                                        "  f = __torch__.g",
                                        "return f(x, )"))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("different objects");
    }

    @Test
    void changesOfListsThatNoNodeCanSayAreRefused() {
        assertThatThrownBy(
                        () ->
                                forward(
                                        "l = [x, x]",
                                        "_0 = torch._set_item(l, torch.size(x, 0), x)",
                                        "return torch.stack(l)"))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("forward/_set_item");
    }

    @Test
    void recursionAndEndlessWorkAreRefused() {
        assertThatThrownBy(() -> forward("return __torch__.again(x, )"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("nested too deeply");
        assertThatThrownBy(
                        () ->
                                forward(
                                        "y = x",
                                        "for a in range(64):",
                                        "  for b in range(64):",
                                        "    for c in range(64):",
                                        "      for d in range(64):",
                                        "        y = torch.neg(y)",
                                        "return y"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("reasonable time");
    }

    /** Neither is too deep alone. */
    @Test
    void deepExpressionsInDeepCallsAreRefused() {
        assertThatThrownBy(() -> forward("return __torch__.deep(x, )"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("nested too deeply");
    }

    @Test
    void quantizedModelsAreRefusedWithAWord() {
        PickleValue packed =
                new PickleValue.ObjectValue(
                        "__torch__.torch.classes.quantized.LinearPackedParamsBase",
                        new PickleValue.TupleValue(List.of()));

        assertThatThrownBy(
                        () ->
                                ScriptArchive.of(
                                                "def forward(self: __torch__.M, x: Tensor)"
                                                        + " -> Tensor:",
                                                "  return x")
                                        .with("fc", packed)
                                        .read())
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("m.pt: fc: the model is quantized already")
                .hasMessageContaining("Start from the float model");
    }

    @Test
    void modelsThatAreBeingTrainedAreRefused() {
        assertThatThrownBy(() -> forward("return torch.dropout(x, 0.5, True)"))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("eval()");
    }

    @Test
    void stateIsRefused() {
        assertThatThrownBy(
                        () ->
                                ScriptArchive.of(
                                                "n : int",
                                                "def forward(self: __torch__.M, x: Tensor)"
                                                        + " -> Tensor:",
                                                "  self.n = 3",
                                                "  return x")
                                        .with("n", new PickleValue.Int(2))
                                        .read())
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("changes an attribute");
    }

    @Test
    void factsOfParametersDecideConditions() {
        Graph graph =
                ScriptArchive.of(
                                "w : Tensor",
                                "def forward(self: __torch__.M, x: Tensor) -> Tensor:",
                                "  w = self.w",
                                "  if torch.eq(torch.size(w, -1), 3):",
                                "    y = torch.linear(x, w)",
                                "  else:",
                                "    y = torch.neg(x)",
                                "  return y")
                        .with("w", Tensor.ofFloats(new float[6], 2, 3))
                        .read();

        assertThat(ScriptArchive.nodes(graph)).isEqualTo("%y = aten::linear(%x, %w)");
    }

    private static Node node(Graph graph, String op) {
        return graph.nodes().stream()
                .filter(n -> n.op().name().equals(op))
                .findFirst()
                .orElseThrow();
    }

    private static Graph forward(String... body) {
        String[] lines = new String[body.length + 1];
        lines[0] = "def forward(self: __torch__.M, x: Tensor) -> Tensor:";
        for (int i = 0; i < body.length; i++) {
            lines[i + 1] = "  " + body[i];
        }
        return ScriptArchive.of(lines)
                .text(
                        "def f(x: Tensor) -> Tensor:",
                        "  return torch.neg(x)",
                        "def g(x: Tensor) -> Tensor:",
                        "  return torch.abs(x)",
                        "def again(x: Tensor) -> Tensor:",
                        "  return __torch__.again(x, )",
                        "def deep(x: Tensor) -> Tensor:",
                        "  return "
                                + "torch.neg(".repeat(60)
                                + "__torch__.deep(x, )"
                                + ")".repeat(60))
                .read();
    }
}
