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
import io.github.djlquant.pytorch.script.Expression.NoneLiteral;
import io.github.djlquant.pytorch.script.Expression.Subscript;
import io.github.djlquant.pytorch.script.Expression.TupleLiteral;

/** Parses types into their one textual form, such as {@code Dict[str, Tensor]}. */
final class TypeParser {

    private final TokenCursor tokens;
    private final ExpressionParser expressions;

    TypeParser(TokenCursor tokens, ExpressionParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    /** Parses a type. */
    Expression parse() {
        Token start = tokens.current();
        Expression type = expressions.parse();
        if (!isType(type, 0)) {
            throw tokens.errors().malformed("The source is malformed", start, "a type");
        }
        return type;
    }

    /** Parses a type and returns its text. */
    String text() {
        return ExpressionPrinter.print(parse());
    }

    private static boolean isType(Expression type, int depth) {
        if (depth > ScriptParser.MAX_DEPTH) {
            return false;
        }
        if (type instanceof Subscript generic) {
            return isDotted(generic.object())
                    && generic.indices().stream().allMatch(argument -> isType(argument, depth + 1));
        }
        return type instanceof NoneLiteral
                || type instanceof TupleLiteral empty && empty.elements().isEmpty()
                || isDotted(type);
    }

    private static boolean isDotted(Expression type) {
        Expression rest = type;
        while (rest instanceof Member member) {
            rest = member.object();
        }
        return rest instanceof Name;
    }
}
