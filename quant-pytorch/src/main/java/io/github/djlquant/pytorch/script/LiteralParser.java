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

import io.github.djlquant.pytorch.script.Expression.DictLiteral;
import io.github.djlquant.pytorch.script.Expression.Entry;
import io.github.djlquant.pytorch.script.Expression.FloatLiteral;
import io.github.djlquant.pytorch.script.Expression.ImaginaryLiteral;
import io.github.djlquant.pytorch.script.Expression.IntLiteral;
import io.github.djlquant.pytorch.script.Expression.ListLiteral;
import io.github.djlquant.pytorch.script.Expression.Name;
import io.github.djlquant.pytorch.script.Expression.TupleLiteral;
import io.github.djlquant.pytorch.script.Token.Kind;
import java.util.Map;

/** Parses names, numbers, strings and what stands in brackets. */
final class LiteralParser {

    private static final Map<String, String> WORDS =
            Map.of("inf", "Infinity", "nan", "NaN", "infj", "Infinityj", "nanj", "NaNj");

    private final TokenCursor tokens;
    private final ExpressionParser expressions;

    LiteralParser(TokenCursor tokens, ExpressionParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    /** Parses an expression without operators, members, calls and subscripts. */
    Expression primary() {
        Token token = tokens.current();
        return switch (token.kind()) {
            case NUMBER -> number(tokens.take(), "");
            case STRING -> string();
            case NAME -> word(token);
            case SYMBOL -> brackets(token);
            default -> throw expressionExpected();
        };
    }

    /** Whether a number is at the current token. */
    boolean atNumber() {
        return tokens.at(Kind.NUMBER)
                || tokens.at(Kind.NAME) && WORDS.containsKey(tokens.current().text());
    }

    /** Parses a number behind a minus: the least integer has no positive counterpart. */
    Expression negativeNumber() {
        return number(tokens.take(), "-");
    }

    private Expression number(Token token, String sign) {
        String text = WORDS.getOrDefault(token.text(), token.text());
        try {
            if (text.endsWith("j")) {
                return new ImaginaryLiteral(
                        Double.parseDouble(sign + text.substring(0, text.length() - 1)));
            }
            if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return new IntLiteral(Long.parseLong(sign + text));
            }
            return new FloatLiteral(Double.parseDouble(sign + text));
        } catch (NumberFormatException e) {
            throw tokens.errors()
                    .malformed("A number does not fit its type", token, "an integer of 64 bits");
        }
    }

    private Expression string() {
        String first = tokens.take().text();
        if (!tokens.at(Kind.STRING)) {
            return new Expression.StringLiteral(first);
        }
        StringBuilder joined = new StringBuilder(first);
        while (tokens.at(Kind.STRING)) {
            joined.append(tokens.take().text());
        }
        return new Expression.StringLiteral(joined.toString());
    }

    private Expression word(Token token) {
        Expression value =
                switch (token.text()) {
                    case "True" -> new Expression.BoolLiteral(true);
                    case "False" -> new Expression.BoolLiteral(false);
                    case "None" -> new Expression.NoneLiteral();
                    case "inf", "nan", "infj", "nanj" -> number(token, "");
                    case "lambda", "yield" ->
                            throw tokens.errors()
                                    .unsupported(
                                            "A source holds Python that no archive needs",
                                            token,
                                            "Save the model again with torch.jit.save");
                    default -> {
                        if (!tokens.atName()) {
                            throw expressionExpected();
                        }
                        yield new Name(token.text());
                    }
                };
        tokens.take();
        return value;
    }

    private Expression brackets(Token token) {
        switch (token.text()) {
            case "(" -> {
                tokens.take();
                TokenCursor.Elements<Expression> elements = tokens.elements(")", this::element);
                boolean grouped = elements.values().size() == 1 && !elements.trailingComma();
                return grouped ? elements.values().get(0) : new TupleLiteral(elements.values());
            }
            case "[" -> {
                tokens.take();
                return new ListLiteral(tokens.elements("]", this::element).values());
            }
            case "{" -> {
                tokens.take();
                return new DictLiteral(tokens.elements("}", this::entry).values());
            }
            case "..." ->
                    throw tokens.errors()
                            .unsupported(
                                    "An index is left open by three dots",
                                    token,
                                    "Index every dimension, or save the model with torch.jit.save");
            default -> throw expressionExpected();
        }
    }

    private Expression element() {
        Expression element = expressions.parse();
        refuseComprehension();
        return element;
    }

    private Entry entry() {
        Expression key = expressions.parse();
        tokens.expect(":", "after the key");
        Expression value = expressions.parse();
        refuseComprehension();
        return new Entry(key, value);
    }

    private void refuseComprehension() {
        if (tokens.at("for")) {
            throw tokens.errors()
                    .unsupported(
                            "A list or dictionary is written as a comprehension",
                            tokens.current(),
                            "Save the model with torch.jit.save, which writes loops");
        }
    }

    private RuntimeException expressionExpected() {
        return tokens.errors()
                .malformed("The source is malformed", tokens.current(), "an expression");
    }
}
