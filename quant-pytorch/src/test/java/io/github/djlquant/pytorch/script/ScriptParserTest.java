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
package io.github.djlquant.pytorch.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.pytorch.script.Expression.Binary;
import io.github.djlquant.pytorch.script.Expression.Call;
import io.github.djlquant.pytorch.script.Expression.FloatLiteral;
import io.github.djlquant.pytorch.script.Expression.ImaginaryLiteral;
import io.github.djlquant.pytorch.script.Expression.IntLiteral;
import io.github.djlquant.pytorch.script.Expression.Keyword;
import io.github.djlquant.pytorch.script.Expression.ListLiteral;
import io.github.djlquant.pytorch.script.Expression.Member;
import io.github.djlquant.pytorch.script.Expression.Name;
import io.github.djlquant.pytorch.script.Expression.Slice;
import io.github.djlquant.pytorch.script.Expression.StringLiteral;
import io.github.djlquant.pytorch.script.Expression.Subscript;
import io.github.djlquant.pytorch.script.Expression.TupleLiteral;
import io.github.djlquant.pytorch.script.Expression.Unary;
import io.github.djlquant.pytorch.script.Statement.Assign;
import io.github.djlquant.pytorch.script.Statement.Return;
import io.github.djlquant.pytorch.script.Statement.SetAttribute;
import io.github.djlquant.pytorch.script.Statement.Unpack;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScriptParserTest {

    @Test
    void readsModules() {
        ClassDef module =
                onlyClass(
                        """
                        class Net(Module):
                          __parameters__ = ["weight", ]
                          __buffers__ = []
                          weight : Tensor
                          training : bool
                          __annotations__["0"] = __torch__.Child
                          scale : Final[float] = 0.10000000000000001
                          def forward(self: __torch__.Net,
                            x: Tensor,
                            mask: Optional[Tensor]=None) -> Dict[str, List[Tensor]]:
                            return (self.child).forward(x, )
                        """);

        assertThat(module.kind()).isEqualTo(ClassDef.Kind.MODULE);
        assertThat(module.parameters()).containsExactly("weight");
        assertThat(module.buffers()).isEmpty();
        assertThat(module.fields())
                .containsExactly(
                        new Field("weight", Optional.of("Tensor"), Optional.empty()),
                        new Field("training", Optional.of("bool"), Optional.empty()),
                        new Field("0", Optional.of("__torch__.Child"), Optional.empty()),
                        new Field(
                                "scale", Optional.of("float"), Optional.of(new FloatLiteral(0.1))));
        FunctionDef forward = module.method("forward").orElseThrow();
        assertThat(forward.returnType()).contains("Dict[str, List[Tensor]]");
        assertThat(forward.parameters())
                .extracting(FunctionDef.Parameter::name)
                .containsExactly("self", "x", "mask");
        assertThat(forward.parameters().get(2).type()).contains("Optional[Tensor]");
        assertThat(forward.parameters().get(2).defaultValue())
                .contains(new Expression.NoneLiteral());
        assertThat(forward.body())
                .containsExactly(
                        new Return(
                                Optional.of(
                                        new Call(
                                                member("self", "child", "forward"),
                                                List.of(new Name("x")),
                                                List.of()))));
    }

    @Test
    void readsNamedTuplesEnumerationsAndInterfaces() {
        ScriptFile file =
                ScriptParser.parse(
                        """
                        class Point(NamedTuple):
                          x : Tensor
                          y : int
                        class Mode(Enum):
                          FAST = 1
                          SLOW = 2
                        class Step(ModuleInterface):
                          def forward(self, x: Tensor) -> Tensor:
                            pass
                        class Counter:
                          count : int
                        def helper(x: Tensor) -> Tensor:
                          return x
                        """,
                        "code.py");

        assertThat(file.classes())
                .extracting(ClassDef::kind)
                .containsExactly(
                        ClassDef.Kind.NAMED_TUPLE,
                        ClassDef.Kind.ENUM,
                        ClassDef.Kind.MODULE_INTERFACE,
                        ClassDef.Kind.PLAIN);
        assertThat(file.classes().get(1).fields())
                .containsExactly(
                        new Field("FAST", Optional.empty(), Optional.of(new IntLiteral(1))),
                        new Field("SLOW", Optional.empty(), Optional.of(new IntLiteral(2))));
        assertThat(file.functions()).extracting(FunctionDef::name).containsExactly("helper");
    }

    @Test
    void tellsAssignmentsApart() {
        assertThat(body("a = f(x)")).containsExactly(assign("a", call("f", new Name("x"))));
        assertThat(body("a, = x")).containsExactly(new Unpack(List.of("a"), new Name("x")));
        assertThat(body("a, b, = x")).containsExactly(new Unpack(List.of("a", "b"), new Name("x")));
        assertThat(body("a, b = c, d"))
                .containsExactly(
                        new Unpack(
                                List.of("a", "b"),
                                new TupleLiteral(List.of(new Name("c"), new Name("d")))));
        assertThat(body("a: Optional[int] = None"))
                .containsExactly(
                        new Assign(
                                "a", Optional.of("Optional[int]"), new Expression.NoneLiteral()));
        assertThat(body("self.count = a"))
                .containsExactly(new SetAttribute(new Name("self"), "count", new Name("a")));
        assertThat(body("f(x)")).containsExactly(new Statement.Evaluate(call("f", new Name("x"))));
    }

    @Test
    void readsControlFlow() {
        List<Statement> body =
                body(
                        """
                        if c:
                          a = 1
                        elif d:
                          pass
                        else:
                          # nothing to do
                          raise Exception("no")
                        for i in range(3):
                          while c:
                            break
                        with x as y:
                          assert c, "message"
                        def __forked_function():
                          return y
                        _0 = fork(__forked_function)""");

        assertThat(body).hasSize(5);
        assertThat(body.get(0))
                .isEqualTo(
                        new Statement.If(
                                new Name("c"),
                                List.of(assign("a", new IntLiteral(1))),
                                List.of(
                                        new Statement.If(
                                                new Name("d"),
                                                List.of(new Statement.Pass()),
                                                List.of(
                                                        new Statement.Raise(
                                                                call(
                                                                        "Exception",
                                                                        new StringLiteral(
                                                                                "no"))))))));
        assertThat(body.get(1))
                .isEqualTo(
                        new Statement.For(
                                "i",
                                call("range", new IntLiteral(3)),
                                List.of(
                                        new Statement.While(
                                                new Name("c"), List.of(new Statement.Break())))));
        assertThat(body.get(2)).isInstanceOf(Statement.With.class);
        assertThat(body.get(3)).isInstanceOf(Statement.Nested.class);
    }

    @Test
    void readsNumbers() {
        assertThat(expression("9223372036854775807")).isEqualTo(new IntLiteral(Long.MAX_VALUE));
        assertThat(expression("-9223372036854775808")).isEqualTo(new IntLiteral(Long.MIN_VALUE));
        assertThat(expression("0.")).isEqualTo(new FloatLiteral(0));
        assertThat(expression("-0.")).isEqualTo(new FloatLiteral(-0.0));
        assertThat(expression("1.0000000000000001e-05")).isEqualTo(new FloatLiteral(1e-5));
        assertThat(expression("-inf")).isEqualTo(new FloatLiteral(Double.NEGATIVE_INFINITY));
        assertThat(expression("nan")).isEqualTo(new FloatLiteral(Double.NaN));
        assertThat(expression("2.5j")).isEqualTo(new ImaginaryLiteral(2.5));
    }

    @Test
    void readsStrings() {
        assertThat(expression("\"a\\n\\t\\\\\\\"\"")).isEqualTo(new StringLiteral("a\n\t\\\""));
        assertThat(expression("'it' \"em\"")).isEqualTo(new StringLiteral("item"));
        assertThat(expression("\"caf\\303\\251\"")).isEqualTo(new StringLiteral("caf\u00e9"));
        assertThat(expression("\"\"\"two\nlines\"\"\"")).isEqualTo(new StringLiteral("two\nlines"));
    }

    @Test
    void readsMembersCallsAndSubscripts() {
        assertThat(expression("getattr(layer, \"5\")"))
                .isEqualTo(new Member(new Name("layer"), "5"));
        assertThat(expression("torch.random_(x, from=0)"))
                .isEqualTo(
                        new Call(
                                member("torch", "random_"),
                                List.of(new Name("x")),
                                List.of(new Keyword("from", new IntLiteral(0)))));
        assertThat(expression("(x)[1:]"))
                .isEqualTo(
                        new Subscript(
                                new Name("x"),
                                List.of(
                                        new Slice(
                                                Optional.of(new IntLiteral(1)),
                                                Optional.empty(),
                                                Optional.empty()))));
        assertThat(expression("annotate(List[int], [])"))
                .isEqualTo(
                        call(
                                "annotate",
                                new Subscript(new Name("List"), List.of(new Name("int"))),
                                new ListLiteral(List.of())));
        assertThat(expression("f(\n  x,\n  )")).isEqualTo(call("f", new Name("x")));
    }

    @Test
    void bindsOperatorsAsTheEngineDoes() {
        Name a = new Name("a");
        Name b = new Name("b");
        Name c = new Name("c");
        assertThat(expression("a + b * c"))
                .isEqualTo(
                        new Binary(
                                a, BinaryOperator.ADD, new Binary(b, BinaryOperator.MULTIPLY, c)));
        assertThat(expression("a - b - c"))
                .isEqualTo(
                        new Binary(
                                new Binary(a, BinaryOperator.SUBTRACT, b),
                                BinaryOperator.SUBTRACT,
                                c));
        assertThat(expression("a ** b ** c"))
                .isEqualTo(
                        new Binary(
                                a, BinaryOperator.POWER, new Binary(b, BinaryOperator.POWER, c)));
        assertThat(expression("a or b and c"))
                .isEqualTo(new Binary(new Binary(a, BinaryOperator.OR, b), BinaryOperator.AND, c));
        assertThat(expression("not a is not b"))
                .isEqualTo(new Unary(UnaryOperator.NOT, new Binary(a, BinaryOperator.IS_NOT, b)));
        assertThat(expression("-2 ** a"))
                .isEqualTo(
                        new Unary(
                                UnaryOperator.MINUS,
                                new Binary(new IntLiteral(2), BinaryOperator.POWER, a)));
        assertThat(expression("a if b else c")).isEqualTo(new Expression.Conditional(b, a, c));
    }

    private static ClassDef onlyClass(String source) {
        List<ClassDef> classes = ScriptParser.parse(source, "code.py").classes();
        assertThat(classes).hasSize(1);
        return classes.get(0);
    }

    private static List<Statement> body(String statements) {
        String source = "def f():\n" + statements.indent(2);
        return ScriptParser.parse(source, "code.py").functions().get(0).body();
    }

    private static Expression expression(String source) {
        return ScriptParser.parseExpression(source, "code.py");
    }

    private static Assign assign(String target, Expression value) {
        return new Assign(target, Optional.empty(), value);
    }

    private static Call call(String function, Expression... arguments) {
        return new Call(new Name(function), List.of(arguments), List.of());
    }

    private static Expression member(String root, String... names) {
        Expression object = new Name(root);
        for (String name : names) {
            object = new Member(object, name);
        }
        return object;
    }
}
