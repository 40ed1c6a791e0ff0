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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultFormTest {

    @Property(tries = 300)
    void textKeepsTheForm(@ForAll("forms") ResultForm form) {
        assertThat(ResultForm.parse(form.text())).isEqualTo(form);
    }

    @Provide
    Arbitrary<ResultForm> forms() {
        return forms(3);
    }

    private static Arbitrary<ResultForm> forms(int depth) {
        Arbitrary<ResultForm> simple =
                Arbitraries.oneOf(
                        Arbitraries.integers().between(0, 12).map(ResultForm.Leaf::new),
                        Arbitraries.of("None", "-3", "0.5", "\"a, $1]\"", "torch.device(\"cpu\")")
                                .map(ResultForm.Literal::new));
        if (depth == 0) {
            return simple;
        }
        Arbitrary<List<ResultForm>> inner = forms(depth - 1).list().ofMaxSize(3);
        return Arbitraries.oneOf(
                simple,
                inner.map(ResultForm.TupleForm::new),
                inner.map(ResultForm.ListForm::new),
                Arbitraries.maps(Arbitraries.of("\"a\"", "\"b:}\\\"\"", "1"), forms(depth - 1))
                        .ofMaxSize(3)
                        .map(LinkedHashMap::new)
                        .map(ResultForm.DictForm::new));
    }

    @Test
    void outputsAreNamedWhereTheyStand() {
        ResultForm form =
                new ResultForm.TupleForm(
                        List.of(
                                new ResultForm.Leaf(1),
                                new ResultForm.DictForm(Map.of("\"k\"", new ResultForm.Leaf(0))),
                                new ResultForm.Literal("None")));

        assertThat(form.text()).isEqualTo("($1, {\"k\": $0}, None)");
        assertThat(form.print(i -> "out" + i)).isEqualTo("(out1, {\"k\": out0}, None)");
        assertThat(form.leaves()).containsExactly(1, 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "(", "($0", "[$0,,]", "$", "{$0}", "\"a", "$0 $1", "f(", "{\"a\" $0}"})
    void whatIsNoFormIsRefused(String text) {
        assertThatThrownBy(() -> ResultForm.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
