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

import io.github.djlquant.pytorch.script.Expression.Member;
import io.github.djlquant.pytorch.script.Expression.Name;
import io.github.djlquant.pytorch.script.Expression.Subscript;
import io.github.djlquant.pytorch.script.Expression.TupleLiteral;
import io.github.djlquant.pytorch.script.FunctionDef.Parameter;
import io.github.djlquant.pytorch.script.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses functions and the statements of their bodies. */
final class StatementParser {

    private static final Set<String> AUGMENTED =
            Set.of("+=", "-=", "*=", "/=", "//=", "%=", "**=", "|=", "&=", "^=", "<<=", ">>=");
    private static final Set<String> FOREIGN =
            Set.of("del", "global", "import", "from", "class", "lambda", "yield", "try", "@");

    private final TokenCursor tokens;
    private final ExpressionParser expressions;
    private final TypeParser types;

    StatementParser(TokenCursor tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens);
        this.types = new TypeParser(tokens, expressions);
    }

    TypeParser types() {
        return types;
    }

    /** Parses an expression whose tree is not too high for those who walk over it. */
    Expression expression() {
        return bounded(tokens.current(), expressions.parse());
    }

    private Expression bounded(Token start, Expression expression) {
        if (TreeHeight.exceeds(expression, tokens.remainingDepth() - 1)) {
            throw tokens.errors()
                    .beyond("An expression is nested too deep", start, ScriptParser.MAX_DEPTH);
        }
        return expression;
    }

    private Expression tuple() {
        Token start = tokens.current();
        return bounded(start, expressions.parseTuple());
    }

    /** Parses a function from {@code def} to the end of its body. */
    FunctionDef function() {
        tokens.expect("def", "before a function");
        String name = tokens.expect(Kind.NAME, "a function's name").text();
        tokens.expect("(", "before the parameters");
        List<Parameter> parameters = tokens.elements(")", this::parameter).values();
        Optional<String> returnType =
                tokens.takeIf("->") ? Optional.of(types.text()) : Optional.empty();
        return new FunctionDef(name, parameters, returnType, body());
    }

    private Parameter parameter() {
        String name = tokens.name("a parameter's name");
        Optional<String> type = tokens.takeIf(":") ? Optional.of(types.text()) : Optional.empty();
        Optional<Expression> value =
                tokens.takeIf("=") ? Optional.of(expression()) : Optional.empty();
        return new Parameter(name, type, value);
    }

    private List<Statement> body() {
        tokens.expect(":", "before a body");
        tokens.expect(Kind.NEWLINE, "a new line before a body");
        tokens.expect(Kind.INDENT, "an indented body");
        tokens.enter();
        List<Statement> statements = new ArrayList<>();
        while (!tokens.at(Kind.DEDENT)) {
            statements.add(statement());
        }
        tokens.take();
        tokens.leave();
        return statements;
    }

    private Statement statement() {
        Token start = tokens.current();
        if (start.kind() == Kind.NAME || start.kind() == Kind.SYMBOL) {
            switch (start.text()) {
                case "if" -> {
                    return branch();
                }
                case "for" -> {
                    return loop();
                }
                case "while" -> {
                    tokens.take();
                    return new Statement.While(expression(), body());
                }
                case "with" -> {
                    return context();
                }
                case "def" -> {
                    return new Statement.Nested(function());
                }
                default -> refuseForeign(start);
            }
        }
        Statement statement = simple(start);
        tokens.expect(Kind.NEWLINE, "the end of the line");
        return statement;
    }

    private void refuseForeign(Token start) {
        if (FOREIGN.contains(start.text())) {
            throw tokens.errors()
                    .unsupported(
                            "A source holds Python that no archive needs",
                            start,
                            "Save the model again with torch.jit.save");
        }
    }

    private Statement simple(Token start) {
        if (start.kind() == Kind.NAME) {
            switch (start.text()) {
                case "return" -> {
                    tokens.take();
                    return new Statement.Return(
                            tokens.at(Kind.NEWLINE) ? Optional.empty() : Optional.of(tuple()));
                }
                case "raise" -> {
                    tokens.take();
                    return new Statement.Raise(expression());
                }
                case "assert" -> {
                    tokens.take();
                    return new Statement.Assert(
                            expression(),
                            tokens.takeIf(",") ? Optional.of(expression()) : Optional.empty());
                }
                case "pass" -> {
                    tokens.take();
                    return new Statement.Pass();
                }
                case "break" -> {
                    tokens.take();
                    return new Statement.Break();
                }
                case "continue" -> {
                    tokens.take();
                    return new Statement.Continue();
                }
                default -> {
                    return assignment(start);
                }
            }
        }
        return assignment(start);
    }

    private Statement assignment(Token start) {
        Expression left = tuple();
        if (tokens.takeIf(":")) {
            if (!(left instanceof Name variable)) {
                throw unsupportedTarget(start);
            }
            String type = types.text();
            tokens.expect("=", "after the type");
            return new Statement.Assign(variable.id(), Optional.of(type), tuple());
        }
        if (AUGMENTED.contains(tokens.current().text()) && tokens.at(Kind.SYMBOL)) {
            throw tokens.errors()
                    .unsupported(
                            "A variable is changed in place by an operator",
                            tokens.current(),
                            "Save the model with torch.jit.save, which writes calls");
        }
        if (!tokens.takeIf("=")) {
            return new Statement.Evaluate(left);
        }
        Token second = tokens.current();
        Expression value = tuple();
        if (tokens.at("=")) {
            throw unsupportedTarget(second);
        }
        if (left instanceof Name variable) {
            return new Statement.Assign(variable.id(), Optional.empty(), value);
        }
        if (left instanceof Member member) {
            return new Statement.SetAttribute(member.object(), member.name(), value);
        }
        if (left instanceof Subscript element) {
            return new Statement.SetElement(element, value);
        }
        if (left instanceof TupleLiteral several && !several.elements().isEmpty()) {
            return new Statement.Unpack(names(several.elements(), start), value);
        }
        throw tokens.errors().malformed("The source is malformed", start, "a variable");
    }

    private List<String> names(List<Expression> targets, Token start) {
        List<String> names = new ArrayList<>();
        for (Expression target : targets) {
            if (!(target instanceof Name variable)) {
                throw unsupportedTarget(start);
            }
            names.add(variable.id());
        }
        return names;
    }

    private RuntimeException unsupportedTarget(Token start) {
        return tokens.errors()
                .unsupported(
                        "A value is assigned to something else than variables",
                        start,
                        "Save the model with torch.jit.save, which assigns them one by one");
    }

    private Statement branch() {
        tokens.take();
        Expression condition = expression();
        List<Statement> then = body();
        if (tokens.at("elif")) {
            tokens.enter();
            List<Statement> otherwise = List.of(branch());
            tokens.leave();
            return new Statement.If(condition, then, otherwise);
        }
        return new Statement.If(condition, then, tokens.takeIf("else") ? body() : List.of());
    }

    private Statement loop() {
        tokens.take();
        String variable = tokens.name("the loop's variable");
        tokens.expect("in", "after the loop's variable");
        return new Statement.For(variable, expression(), body());
    }

    private Statement context() {
        tokens.take();
        Expression context = expression();
        Optional<String> variable =
                tokens.takeIf("as") ? Optional.of(tokens.name("a variable")) : Optional.empty();
        return new Statement.With(context, variable, body());
    }
}
