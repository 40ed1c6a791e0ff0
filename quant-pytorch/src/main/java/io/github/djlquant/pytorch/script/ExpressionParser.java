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

import io.github.djlquant.pytorch.script.Expression.Call;
import io.github.djlquant.pytorch.script.Expression.Keyword;
import io.github.djlquant.pytorch.script.Expression.Member;
import io.github.djlquant.pytorch.script.Expression.Name;
import io.github.djlquant.pytorch.script.Expression.Slice;
import io.github.djlquant.pytorch.script.Expression.StringLiteral;
import io.github.djlquant.pytorch.script.Expression.Subscript;
import io.github.djlquant.pytorch.script.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Parses expressions by the precedences of their operators. */
final class ExpressionParser {

    private static final int CONDITIONAL_PRECEDENCE = 1;

    private static final Map<String, BinaryOperator> BINARY =
            Stream.of(BinaryOperator.values())
                    .collect(
                            Collectors.toUnmodifiableMap(
                                    BinaryOperator::symbol, Function.identity()));

    private static final Map<String, UnaryOperator> UNARY =
            Stream.of(UnaryOperator.values())
                    .collect(
                            Collectors.toUnmodifiableMap(
                                    UnaryOperator::symbol, Function.identity()));

    private final TokenCursor tokens;
    private final LiteralParser literals;

    ExpressionParser(TokenCursor tokens) {
        this.tokens = tokens;
        this.literals = new LiteralParser(tokens, this);
    }

    /** Parses one expression. */
    Expression parse() {
        return parse(0);
    }

    /** Parses one expression, or several with commas between them: a tuple without brackets. */
    Expression parseTuple() {
        Expression first = parse();
        if (!tokens.at(",")) {
            return first;
        }
        List<Expression> elements = new ArrayList<>(List.of(first));
        while (tokens.takeIf(",")) {
            if (tokens.at(Kind.NEWLINE) || tokens.at("=")) {
                break;
            }
            elements.add(parse());
        }
        return new Expression.TupleLiteral(elements);
    }

    private Expression parse(int above) {
        tokens.enter();
        Expression expression = operators(prefix(), above);
        tokens.leave();
        return expression;
    }

    /** Reads the operators that bind closer than a precedence, and their right operands. */
    private Expression operators(Expression first, int above) {
        Expression left = first;
        while (true) {
            if (tokens.at("if")) {
                if (CONDITIONAL_PRECEDENCE <= above) {
                    return left;
                }
                left = conditional(left);
                continue;
            }
            BinaryOperator operator = binary();
            if (operator == null || operator.precedence() <= above) {
                return left;
            }
            tokens.take();
            if (operator == BinaryOperator.IS_NOT || operator == BinaryOperator.NOT_IN) {
                tokens.take();
            }
            boolean toTheRight = operator == BinaryOperator.POWER;
            left =
                    new Expression.Binary(
                            left, operator, parse(operator.precedence() - (toTheRight ? 1 : 0)));
        }
    }

    private Expression conditional(Expression then) {
        tokens.expect("if", "here");
        Expression condition = parse();
        tokens.expect("else", "after the condition");
        return new Expression.Conditional(condition, then, parse(CONDITIONAL_PRECEDENCE - 1));
    }

    /** The operator at the current token, or null; two words count as one operator. */
    private BinaryOperator binary() {
        Token token = tokens.current();
        if (token.kind() != Kind.SYMBOL && token.kind() != Kind.NAME) {
            return null;
        }
        if (token.is("not") && tokens.following().is("in")) {
            return BinaryOperator.NOT_IN;
        }
        if (token.is("is") && tokens.following().is("not")) {
            return BinaryOperator.IS_NOT;
        }
        return BINARY.get(token.text());
    }

    private Expression prefix() {
        Token token = tokens.current();
        UnaryOperator operator =
                token.kind() == Kind.SYMBOL || token.kind() == Kind.NAME
                        ? UNARY.get(token.text())
                        : null;
        if (operator == null) {
            return postfix(literals.primary());
        }
        tokens.take();
        if (operator == UnaryOperator.MINUS
                && literals.atNumber()
                && !tokens.following().is("**")) {
            return literals.negativeNumber();
        }
        return new Expression.Unary(operator, parse(operator.precedence()));
    }

    /** Reads members, calls and subscripts behind an expression. */
    private Expression postfix(Expression first) {
        Expression object = first;
        while (true) {
            if (tokens.takeIf(".")) {
                object =
                        new Member(object, tokens.expect(Kind.NAME, "a name after the dot").text());
            } else if (tokens.at("(")) {
                object = call(object);
            } else if (tokens.takeIf("[")) {
                object = new Subscript(object, subscripts());
            } else {
                return object;
            }
        }
    }

    private Expression call(Expression callee) {
        tokens.expect("(", "before the arguments");
        List<Expression> positional = new ArrayList<>();
        List<Keyword> keywords = new ArrayList<>();
        tokens.elements(")", () -> argument(positional, keywords));
        if (callee.equals(new Name("getattr"))
                && keywords.isEmpty()
                && positional.size() == 2
                && positional.get(1) instanceof StringLiteral member) {
            return new Member(positional.get(0), member.value());
        }
        return new Call(callee, positional, keywords);
    }

    private boolean argument(List<Expression> positional, List<Keyword> keywords) {
        Token start = tokens.current();
        if (tokens.at("*") || tokens.at("**")) {
            throw tokens.errors()
                    .unsupported(
                            "An argument is spread over parameters",
                            start,
                            "Pass the arguments one by one");
        }
        if (tokens.at(Kind.NAME) && tokens.following().is("=")) {
            tokens.take();
            tokens.take();
            return keywords.add(new Keyword(start.text(), parse()));
        }
        if (!keywords.isEmpty()) {
            throw tokens.errors()
                    .malformed("The source is malformed", start, "an argument with a name");
        }
        return positional.add(parse());
    }

    private List<Expression> subscripts() {
        Token start = tokens.current();
        TokenCursor.Elements<Expression> indices = tokens.elements("]", this::subscript);
        if (indices.values().isEmpty() || indices.trailingComma()) {
            throw tokens.errors().malformed("The source is malformed", start, "an index");
        }
        return indices.values();
    }

    private Expression subscript() {
        Optional<Expression> lower = tokens.at(":") ? Optional.empty() : Optional.of(parse());
        if (!tokens.takeIf(":")) {
            return lower.orElseThrow();
        }
        Optional<Expression> upper = bound();
        Optional<Expression> step = tokens.takeIf(":") ? bound() : Optional.empty();
        return new Slice(lower, upper, step);
    }

    private Optional<Expression> bound() {
        return tokens.at(":") || tokens.at(",") || tokens.at("]")
                ? Optional.empty()
                : Optional.of(parse());
    }
}
