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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class CallTest {

    private static final OpType CONVOLUTION = new OpType(OpType.ATEN, "conv2d");

    @Property(tries = 500)
    void aNodeKeepsEverythingOfACall(@ForAll("calls") Call call) {
        Node node = call.node("n", List.of("y"));

        assertThat(Call.of(node)).isEqualTo(call);
        assertThat(Call.of(node).node("n", List.of("y"))).isEqualTo(node);
    }

    @Provide
    Arbitrary<Call> calls() {
        Arbitrary<OpType> ops =
                Arbitraries.of("conv2d", "slice", "to", "add_", "foreign", "upsample_nearest2d")
                        .map(name -> new OpType(OpType.ATEN, name));
        Arbitrary<Map<String, Argument>> named =
                Arbitraries.maps(Arbitraries.of("alpha", "out", "dtype", "generator"), arguments())
                        .ofMaxSize(3);
        return Combinators.combine(ops, arguments().list().ofMaxSize(9), named)
                .as(
                        (op, positional, byName) -> {
                            Map<String, Argument> free = new LinkedHashMap<>(byName);
                            AtenSchemas.names(op, positional.size()).forEach(free::remove);
                            return new Call(op, positional, free);
                        });
    }

    private static Arbitrary<Argument> arguments() {
        return Arbitraries.oneOf(
                Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(4).map(Argument::of),
                Arbitraries.longs().map(Argument::literal),
                Arbitraries.doubles().map(Argument::literal),
                Arbitraries.of(true, false).map(Argument::literal),
                Arbitraries.strings().map(Argument::literal),
                Arbitraries.longs().list().ofMaxSize(3).map(Argument::literal),
                Arbitraries.of("None", "[0.5, 1.]", "torch.device(\"cpu\")")
                        .map(text -> new Argument.Literal(new Attribute.LiteralAttribute(text))));
    }

    @Test
    void literalsAreAttributesUnderTheNamesOfTheDeclaration() {
        Node node =
                new Call(
                                CONVOLUTION,
                                List.of(
                                        Argument.of("x"),
                                        Argument.of("w"),
                                        Argument.NONE,
                                        Argument.literal(List.of(2L, 2L))))
                        .node("conv", List.of("y"));

        assertThat(node.inputs()).containsExactly("x", "w", "", "");
        assertThat(node.intsAttribute("stride")).containsExactly(2L, 2L);
        assertThat(node.attributes()).containsOnlyKeys("bias", "stride");
    }

    @Test
    void whatATransformConnectsReplacesTheLiteralThatWasThere() {
        Node node =
                new Call(CONVOLUTION, List.of(Argument.of("x"), Argument.of("w"), Argument.NONE))
                        .node("conv", List.of("y"))
                        .withInput(2, "b");

        Call call = Call.of(node);

        assertThat(call.argument("bias")).isEqualTo(Argument.of("b"));
        assertThat(call.named()).isEmpty();
        assertThat(call.has("bias")).isTrue();
        assertThat(call.has("groups")).isFalse();
    }

    @Test
    void anInputLeftEmptyIsNone() {
        Node node = new Node("n", CONVOLUTION, List.of("x", "w", "", "s"), List.of("y"), Map.of());

        assertThat(Call.of(node).argument("bias")).isEqualTo(Argument.NONE);
    }

    @Test
    void anArgumentIsReplacedWhereItStands() {
        Call call = new Call(CONVOLUTION, List.of(Argument.of("x"), Argument.of("w")));

        assertThat(call.with("bias", Argument.of("b")).positional())
                .containsExactly(Argument.of("x"), Argument.of("w"), Argument.of("b"));
        assertThat(call.with("groups", Argument.literal(2)).named())
                .containsEntry("groups", Argument.literal(2));
        assertThat(call.with("weight", Argument.of("v")).argument("weight"))
                .isEqualTo(Argument.of("v"));
    }

    @Test
    void anArgumentCannotBeGivenTwice() {
        List<Argument> positional = new ArrayList<>();
        positional.add(Argument.of("x"));

        assertThatThrownBy(() -> new Call(CONVOLUTION, positional, Map.of("input", Argument.NONE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("input by position and by name");
    }

    @Test
    void bodiesAreNoArguments() {
        assertThatThrownBy(() -> new Argument.Literal(new Attribute.FloatsAttribute(List.of(1f))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
