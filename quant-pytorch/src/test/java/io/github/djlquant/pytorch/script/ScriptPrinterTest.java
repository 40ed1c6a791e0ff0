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
import io.github.djlquant.pytorch.script.Expression.Name;
import io.github.djlquant.pytorch.script.Expression.StringLiteral;
import io.github.djlquant.pytorch.script.FunctionDef.Parameter;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ScriptPrinterTest {

    private static final Arbitrary<String> NAMES = Arbitraries.of("a", "b0", "_1", "self", "torch");
    private static final Arbitrary<String> MEMBERS = Arbitraries.of("x", "0", "in", "weight", "é");
    private static final Arbitrary<String> TYPES =
            Arbitraries.of("Tensor", "Dict[str, List[int]]", "Tuple[()]", "__torch__.a.B", "None");

    /** A module in the form in which the engine itself prints it. */
    @Test
    void printsAsTheEngineDoes() {
        String source =
                """
                class Net(Module):
                  __parameters__ = ["weight", ]
                  __buffers__ = []
                  weight : Tensor
                  training : bool
                  __annotations__["0"] = __torch__.torch.nn.modules.linear.Linear
                  eps : Final[float] = 1.0e-5
                  def forward(self: __torch__.Net,
                    x: Tensor,
                    mask: Optional[Tensor]=None) -> Tuple[Tensor, int]:
                    _0 = getattr(self, "0")
                    _1 = annotate(List[int], [])
                    if torch.__isnot__(mask, None):
                      mask0 = unchecked_cast(Tensor, mask)
                      y = torch.add(x, mask0, alpha=2)
                    else:
                      y = _0.forward(x)
                    a, b, = torch.split(y, [1, -1], 1)
                    a0, b0 = b, a
                    c, = (b0,)
                    for i in range(3):
                      ops.prim.Print(c, "i \\"quoted\\"\\n", -inf)
                    while torch.gt(c, 0.):
                      pass
                    self.count = {"k": 1, "l": -2}["k"]
                    return (y, (self.count)[1:])
                """
                        .replace("(self.count)[1:]", "self.count[1:]")
                        .replace("{\"k\": 1, \"l\": -2}[", "({\"k\": 1, \"l\": -2})[");
        ScriptFile file = ScriptParser.parse(source, "net.py");
        assertThat(ScriptPrinter.print(file)).isEqualTo(source);
    }

    @Test
    void printsFloatsThatStayFloats() {
        assertThat(ScriptPrinter.print(new FloatLiteral(1e20))).isEqualTo("1.0e20");
        assertThat(ScriptPrinter.print(new FloatLiteral(-0.0))).isEqualTo("-0.");
        assertThat(ScriptPrinter.print(new FloatLiteral(9999999999.0))).isEqualTo("9999999999.");
        assertThat(ScriptPrinter.print(new FloatLiteral(Double.MIN_VALUE))).isEqualTo("4.9e-324");
    }

    @Test
    void quotesNamesThatAreNoIdentifiers() {
        assertThat(ScriptPrinter.print(new Expression.Member(new Name("x"), "a\")b")))
                .isEqualTo("getattr(x, \"a\\\")b\")");
        assertThat(ScriptPrinter.print(new StringLiteral("é\r\u0000")))
                .isEqualTo("\"\\303\\251\\015\\000\"");
    }

    @Property(tries = 500)
    void whatIsPrintedParsesToTheSame(@ForAll("expressions") Expression expression) {
        String printed = ScriptPrinter.print(expression);
        assertThat(ScriptParser.parseExpression(printed, "net.py"))
                .as(printed)
                .isEqualTo(expression);
    }

    @Property(tries = 200)
    void printedFilesParseToTheSame(@ForAll("files") ScriptFile file) {
        String printed = ScriptPrinter.print(file);
        assertThat(ScriptParser.parse(printed, "net.py")).as(printed).isEqualTo(file);
    }

    @Provide
    Arbitrary<Expression> expressions() {
        return expression(3);
    }

    @Provide
    Arbitrary<ScriptFile> files() {
        Arbitrary<Definition> definitions =
                Arbitraries.oneOf(function(2).map(f -> f), classes().map(c -> c));
        return definitions
                .list()
                .ofMinSize(1)
                .ofMaxSize(3)
                .map(list -> new ScriptFile("net.py", list));
    }

    private static Arbitrary<Expression> expression(int depth) {
        Arbitrary<Expression> leaf =
                Arbitraries.oneOf(
                        NAMES.map(Name::new),
                        Arbitraries.longs().map(Expression.IntLiteral::new),
                        Arbitraries.doubles().map(FloatLiteral::new),
                        Arbitraries.of(Double.NaN, Double.NEGATIVE_INFINITY, -0.0, 1e300)
                                .map(FloatLiteral::new),
                        Arbitraries.of(2.5, -1.0, Double.NaN, Double.NEGATIVE_INFINITY)
                                .map(Expression.ImaginaryLiteral::new),
                        text().map(StringLiteral::new),
                        Arbitraries.of(true, false).map(Expression.BoolLiteral::new),
                        Arbitraries.just(new Expression.NoneLiteral()));
        if (depth == 0) {
            return leaf;
        }
        Arbitrary<Expression> part = Arbitraries.lazy(() -> expression(depth - 1));
        Arbitrary<List<Expression>> parts = part.list().ofMaxSize(3);
        Arbitrary<List<Expression>> indices =
                Arbitraries.oneOf(part, slice(part)).list().ofMinSize(1).ofMaxSize(2);
        return Arbitraries.oneOf(
                leaf,
                Combinators.combine(part, MEMBERS).as(Expression.Member::new),
                Combinators.combine(part, parts, keyword(part).list().ofMaxSize(2)).as(Call::new),
                Combinators.combine(part, indices).as(Expression.Subscript::new),
                parts.map(Expression.ListLiteral::new),
                parts.map(Expression.TupleLiteral::new),
                Combinators.combine(part, part)
                        .as(Expression.Entry::new)
                        .list()
                        .ofMaxSize(2)
                        .map(Expression.DictLiteral::new),
                Combinators.combine(Arbitraries.of(UnaryOperator.values()), part)
                        .as(Expression.Unary::new),
                Combinators.combine(part, Arbitraries.of(BinaryOperator.values()), part)
                        .as(Binary::new),
                Combinators.combine(part, part, part).as(Expression.Conditional::new));
    }

    private static Arbitrary<String> text() {
        return Arbitraries.strings()
                .all()
                .ofMaxLength(6)
                .filter(text -> text.chars().noneMatch(c -> Character.isSurrogate((char) c)));
    }

    private static Arbitrary<Expression> slice(Arbitrary<Expression> part) {
        Arbitrary<Optional<Expression>> bound = part.optional();
        return Combinators.combine(bound, bound, bound).as(Expression.Slice::new);
    }

    private static Arbitrary<Expression.Keyword> keyword(Arbitrary<Expression> part) {
        return Combinators.combine(Arbitraries.of("alpha", "from", "dtype"), part)
                .as(Expression.Keyword::new);
    }

    private static Arbitrary<Statement> statement(int depth) {
        Arbitrary<Expression> value = expression(1);
        Arbitrary<Statement> simple =
                Arbitraries.oneOf(
                        Combinators.combine(NAMES, TYPES.optional(), value)
                                .as(Statement.Assign::new),
                        Combinators.combine(NAMES.list().ofMinSize(1).ofMaxSize(3), value)
                                .as(Statement.Unpack::new),
                        Combinators.combine(value, Arbitraries.of("x", "count"), value)
                                .as(Statement.SetAttribute::new),
                        value.map(Statement.Evaluate::new),
                        value.optional().map(Statement.Return::new),
                        value.map(Statement.Raise::new),
                        Combinators.combine(value, value.optional()).as(Statement.Assert::new),
                        Arbitraries.of(
                                new Statement.Pass(),
                                new Statement.Break(),
                                new Statement.Continue()));
        if (depth == 0) {
            return simple;
        }
        Arbitrary<List<Statement>> body =
                Arbitraries.lazy(() -> statement(depth - 1)).list().ofMinSize(1).ofMaxSize(3);
        Arbitrary<List<Statement>> otherwise =
                Arbitraries.lazy(() -> statement(depth - 1)).list().ofMaxSize(2);
        return Arbitraries.oneOf(
                simple,
                Combinators.combine(value, body, otherwise).as(Statement.If::new),
                Combinators.combine(NAMES, value, body).as(Statement.For::new),
                Combinators.combine(value, body).as(Statement.While::new),
                Combinators.combine(value, NAMES.optional(), body).as(Statement.With::new),
                Arbitraries.lazy(() -> function(depth - 1)).map(Statement.Nested::new));
    }

    private static Arbitrary<FunctionDef> function(int depth) {
        Arbitrary<Parameter> parameter =
                Combinators.combine(NAMES, TYPES.optional(), expression(1).optional())
                        .as(Parameter::new);
        return Combinators.combine(
                        Arbitraries.of("forward", "f", "from"),
                        parameter.list().ofMaxSize(3),
                        TYPES.optional(),
                        statement(depth).list().ofMinSize(1).ofMaxSize(3))
                .as(FunctionDef::new);
    }

    private static Arbitrary<ClassDef> classes() {
        Arbitrary<List<String>> names = MEMBERS.list().ofMaxSize(2);
        Arbitrary<Field> attribute =
                Combinators.combine(MEMBERS.filter(name -> !name.equals("in")), TYPES)
                        .as((name, type) -> new Field(name, Optional.of(type), Optional.empty()));
        Arbitrary<Field> constant =
                Combinators.combine(NAMES, TYPES, expression(1))
                        .as(
                                (name, type, value) ->
                                        new Field(name, Optional.of(type), Optional.of(value)));
        return Combinators.combine(
                        Arbitraries.of("Net", "_1"),
                        Arbitraries.of(
                                ClassDef.Kind.MODULE,
                                ClassDef.Kind.PLAIN,
                                ClassDef.Kind.INTERFACE,
                                ClassDef.Kind.NAMED_TUPLE),
                        names,
                        names,
                        names,
                        names,
                        Arbitraries.oneOf(attribute, constant).list().ofMaxSize(3),
                        function(1).list().ofMaxSize(2))
                .as(ClassDef::new);
    }
}
