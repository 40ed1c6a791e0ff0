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

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.pytorch.archive.PickleValue;
import io.github.djlquant.pytorch.op.ResultForm;
import org.junit.jupiter.api.Test;

class TorchScriptReaderTest {

    private static final Tensor WEIGHT = Tensor.ofFloats(new float[4 * 3 * 3 * 3], 4, 3, 3, 3);

    @Test
    void callsOfSubmodulesBecomeOneFlatGraph() {
        Graph graph =
                ScriptArchive.of(
                                "conv : __torch__.Conv",
                                "act : __torch__.Act",
                                "def forward(self: __torch__.M, x: Tensor) -> Tensor:",
                                "  act = self.act",
                                "  conv = self.conv",
                                "  _0 = (act).forward((conv).forward(x, ), )",
                                "  return torch.add(_0, CONSTANTS.c0)")
                        .type(
                                "Conv",
                                "weight : Tensor",
                                "bias : Optional[Tensor]",
                                "def forward(self: __torch__.Conv, input: Tensor) -> Tensor:",
                                "  weight = self.weight",
                                "  bias = self.bias",
                                "  y = torch.conv2d(input, weight, bias, [2, 2], [1, 1])",
                                "  return y")
                        .type(
                                "Act",
                                "def forward(self: __torch__.Act, y: Tensor) -> Tensor:",
                                "  return torch.relu(y)")
                        .with(
                                "conv",
                                ScriptArchive.module(
                                        "Conv",
                                        PickleValue.Entry.of(
                                                "weight", new PickleValue.TensorValue(WEIGHT)),
                                        PickleValue.Entry.of("bias", new PickleValue.None())))
                        .with("act", ScriptArchive.module("Act"))
                        .constant(Tensor.ofFloat(2))
                        .read();

        assertThat(graph.toString())
                .isEqualTo(
                        """
                        graph m(%x: float[?,3,?,?]) -> (%add: float) {
                          %conv.weight = float[4,3,3,3]
                          %CONSTANTS.c0 = float[] {2.0}
                          %conv/y = aten::conv2d<bias=None, stride=[2,2], padding=[1,1]>(%x, %conv.weight, _, _, _)
                          %act/relu = aten::relu(%conv/y)
                          %add = aten::add(%act/relu, %CONSTANTS.c0)
                        }
                        """);
        assertThat(graph.nodes().get(0).name()).isEqualTo("conv/conv2d");
        assertThat(graph.opsets()).containsEntry("aten", 10L);
    }

    @Test
    void sizesAndListsAreValuesAndTracedNumbersAreThemselves() {
        Graph graph =
                ScriptArchive.of(
                                "def forward(self: __torch__.M, x: Tensor) -> Tensor:",
                                "  n = ops.prim.NumToTensor(torch.size(x, 0))",
                                "  return torch.view(x, [int(n), -1])")
                        .read();

        assertThat(ScriptArchive.nodes(graph))
                .isEqualTo(
                        """
                        %size = aten::size<dim=0>(%x, _)
                        %list = prim::ListConstruct<arg1=-1>(%size, _)
                        %view = aten::view(%x, %list)""");
        assertThat(graph.types().get("size")).hasToString("int");
    }

    @Test
    void sharedWeightsAreOneConstant() {
        Tensor weight = Tensor.ofFloats(new float[6], 2, 3);

        Graph graph =
                ScriptArchive.of(
                                "a : Tensor",
                                "b : Tensor",
                                "def forward(self: __torch__.M, x: Tensor) -> Tensor:",
                                "  a = self.a",
                                "  b = self.b",
                                "  return torch.matmul(torch.linear(x, a), b)")
                        .with("a", weight)
                        .with("b", weight)
                        .read();

        assertThat(graph.constants()).containsOnlyKeys("a");
        assertThat(graph.nodes().get(1).inputs()).containsExactly("linear", "a");
    }

    @Test
    void dropoutThatIsOffAndChecksAreLeftOut() {
        Graph graph =
                ScriptArchive.of(
                                "def forward(self: __torch__.M, x: Tensor) -> Tensor:",
                                "  if torch.ne(torch.dim(x), 2):",
                                "    ops.prim.RaiseException(\"2D only\", \"builtins.ValueError\")",
                                "  else:",
                                "    pass",
                                "  training = self.training",
                                "  _0 = __torch__.drop(x, training, )",
                                "  torch.warn(\"slow\", 2)",
                                "  return torch.neg(_0)")
                        .text(
                                "def drop(x: Tensor, on: bool, p: float=0.5) -> Tensor:",
                                "  if torch.lt(p, 0.):",
                                "    ops.prim.RaiseException(\"p\")",
                                "  else:",
                                "    pass",
                                "  return torch.dropout(x, p, on)")
                        .with("training", new PickleValue.Bool(true))
                        .read();

        assertThat(ScriptArchive.nodes(graph)).isEqualTo("%neg = aten::neg(%x)");
    }

    @Test
    void theFormOfTheResultIsKept() {
        Graph graph =
                ScriptArchive.of(
                                "def forward(self: __torch__.M, x: Tensor) -> Dict[str, Tensor]:",
                                "  out = annotate(Dict[str, Tensor], {})",
                                "  torch._set_item(out, \"a\", torch.neg(x))",
                                "  torch._set_item(out, \"b\", out[\"a\"])",
                                "  torch._set_item(out, \"c\", torch.abs(x))",
                                "  _0 = torch.pop(out, \"c\")",
                                "  return out")
                        .read();

        assertThat(graph.metadata())
                .containsEntry(ResultForm.METADATA_KEY, "{\"a\": $0, \"b\": $0}")
                .containsEntry(ResultForm.TYPE_KEY, "Dict[str, Tensor]");
        assertThat(graph.outputs()).hasSize(1);
    }

    @Test
    void defaultsAreKeptAndInputsAreInferred() {
        Graph graph =
                ScriptArchive.of(
                                "table : Tensor",
                                "def forward(self: __torch__.M, ids: Tensor, mask: Tensor,"
                                        + " scale: float=2., bias: Optional[Tensor]=None)"
                                        + " -> Tensor:",
                                "  table = self.table",
                                "  e = torch.embedding(table, ids)",
                                "  m = torch.to(torch.unsqueeze(mask, 1), 6)",
                                "  y = torch.mul(torch.mul(e, m), scale)",
                                "  if torch.__isnot__(bias, None):",
                                "    z = torch.add(y, unchecked_cast(Tensor, bias))",
                                "  else:",
                                "    z = y",
                                "  return z")
                        .with("table", Tensor.ofFloats(new float[6], 3, 2))
                        .read();

        assertThat(graph.inputs())
                .allMatch(
                        input ->
                                input.type() instanceof ValueType.TensorType t
                                        && t.dataType() == DataType.INT64);
        assertThat(graph.metadata()).containsEntry(TorchScriptReader.DEFAULTS_KEY, "scale, bias");
        assertThat(graph.nodes()).extracting(node -> node.op().name()).doesNotContain("add");
    }

    @Test
    void methodsThatNobodyCallsAreNamed() {
        Graph graph =
                ScriptArchive.of(
                                "def forward(self: __torch__.M, x: Tensor) -> Tensor:",
                                "  return (self).twice(x, )",
                                "def twice(self: __torch__.M, x: Tensor) -> Tensor:",
                                "  return torch.add(x, x)",
                                "def encode(self: __torch__.M, x: Tensor) -> Tensor:",
                                "  return torch.neg(x)")
                        .read();

        assertThat(graph.metadata()).containsEntry(TorchScriptReader.METHODS_KEY, "encode");
    }

    @Test
    void otherFilesOfTheArchiveTravelAlong() {
        Graph graph =
                ScriptArchive.of(
                                "def forward(self: __torch__.M, x: Tensor) -> Tensor:",
                                "  return torch.neg(x)")
                        .extra("labels.txt", (byte) 'a', (byte) '\n')
                        .extra("blob", (byte) 0xff, (byte) 0xfe)
                        .extra("djl-quant.plan", (byte) '{', (byte) '}')
                        .read();

        assertThat(graph.metadata())
                .containsEntry("torchscript.extra.labels.txt", "a\n")
                .containsEntry("djl-quant.plan", "{}");
        assertThat(graph.attachments()).containsOnlyKeys("blob");
    }

    @Test
    void theFrozenFormOfNamedTuplesIsATuple() {
        Graph graph =
                ScriptArchive.of(
                                "def forward(self: __torch__.M, x: Tensor) -> Tensor:",
                                "  p = __torch__.Pair(torch.neg(x), x)",
                                "  a, b, = p",
                                "  h, t, = torch.chunk(a, 2)",
                                "  return torch.add(h, torch.add(t, b))")
                        .text("class Pair(NamedTuple):", "  a : Tensor", "  b : Tensor")
                        .read();

        assertThat(ScriptArchive.nodes(graph))
                .isEqualTo(
                        """
                        %neg = aten::neg(%x)
                        %h, %t = aten::chunk<chunks=2>(%neg, _)
                        %add = aten::add(%t, %x)
                        %add_1 = aten::add(%h, %add)""");
    }
}
