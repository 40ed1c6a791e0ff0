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

import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Tensor;
import org.junit.jupiter.api.Test;

class InPlaceTest {

    @Test
    void everyVariableSeesTheChange() {
        assertThat(nodes("y = torch.neg(x)", "z = torch.add_(y, 1)", "return torch.mul(y, z)"))
                .isEqualTo(
                        """
                        %y = aten::neg(%x)
                        %z = aten::add<other=1>(%y, _)
                        %mul = aten::mul(%z, %z)""");
    }

    @Test
    void aChangeOfAViewReachesTheWholeAndItsOtherViews() {
        assertThat(
                        nodes(
                                "y = torch.neg(x)",
                                "other = torch.transpose(y, 0, 1)",
                                "row = torch.select(y, 0, 1)",
                                "_0 = torch.add_(row, 1)",
                                "return torch.matmul(y, other)"))
                .isEqualTo(
                        """
                        %y = aten::neg(%x)
                        %row = aten::select<dim=0, index=1>(%y, _, _)
                        %_0 = aten::add<other=1>(%row, _)
                        %changed = aten::select_scatter<arg2=0, arg3=1>(%y, %_0, _, _)
                        %transpose = aten::transpose<dim0=0, dim1=1>(%changed, _, _)
                        %matmul = aten::matmul(%changed, %transpose)""");
    }

    @Test
    void partsThatDoNotOverlapStayReadable() {
        assertThat(
                        nodes(
                                "a, b, = torch.chunk(torch.neg(x), 2)",
                                "_0 = torch.sigmoid_(a)",
                                "return torch.mul(a, b)"))
                .isEqualTo(
                        """
                        %neg = aten::neg(%x)
                        %a, %b = aten::chunk<chunks=2>(%neg, _)
                        %_0 = aten::sigmoid(%a)
                        %mul = aten::mul(%_0, %b)""");
    }

    @Test
    void whatMayHaveBeenCopiedIsNotReadAfterAChange() {
        assertThatThrownBy(
                        () ->
                                nodes(
                                        "y = torch.neg(x)",
                                        "r = torch.reshape(y, [-1])",
                                        "_0 = torch.relu_(y)",
                                        "return torch.add(r, 1)"))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("m.pt")
                .hasMessageContaining("changed in place");
    }

    @Test
    void aChangeOnOneWayOfABranchIsAnOutputOfIt() {
        assertThat(
                        nodes(
                                "y = torch.neg(x)",
                                "if bool(torch.any(x)):",
                                "  _0 = torch.relu_(y)",
                                "else:",
                                "  pass",
                                "return torch.abs(y)"))
                .contains("%y_1 = prim::If(%condition)", "%abs = aten::abs(%y_1)");
    }

    @Test
    void aBufferThatIsChangedIsRefused() {
        assertThatThrownBy(
                        () ->
                                ScriptArchive.of(
                                                "n : Tensor",
                                                "def forward(self: __torch__.M, x: Tensor)"
                                                        + " -> Tensor:",
                                                "  n = self.n",
                                                "  _0 = torch.add_(n, 1)",
                                                "  return torch.add(x, n)")
                                        .with("n", Tensor.ofFloat(0))
                                        .read())
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("parameter or buffer is changed");
    }

    private static String nodes(String... body) {
        String[] lines = new String[body.length + 1];
        lines[0] = "def forward(self: __torch__.M, x: Tensor) -> Tensor:";
        for (int i = 0; i < body.length; i++) {
            lines[i + 1] = "  " + body[i];
        }
        return ScriptArchive.nodes(ScriptArchive.of(lines).read());
    }
}
