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

import io.github.djlquant.pytorch.script.Expression.Binary;
import io.github.djlquant.pytorch.script.Expression.Call;
import io.github.djlquant.pytorch.script.Expression.Conditional;
import io.github.djlquant.pytorch.script.Expression.DictLiteral;
import io.github.djlquant.pytorch.script.Expression.ListLiteral;
import io.github.djlquant.pytorch.script.Expression.Member;
import io.github.djlquant.pytorch.script.Expression.Slice;
import io.github.djlquant.pytorch.script.Expression.Subscript;
import io.github.djlquant.pytorch.script.Expression.TupleLiteral;
import io.github.djlquant.pytorch.script.Expression.Unary;
import java.util.ArrayList;
import java.util.List;

/**
 * Bounds the height of an expression's tree. A long chain ({@code a + b + c}, {@code a.b.c}) is
 * parsed without recursion, but whoever walks over its tree recurs, and its printed form is nested.
 */
final class TreeHeight {

    private TreeHeight() {}

    static boolean exceeds(Expression expression, int limit) {
        // An operator inside another is printed in parentheses, which are a level of their own.
        boolean operator =
                expression instanceof Unary
                        || expression instanceof Binary
                        || expression instanceof Conditional;
        int below = limit - (operator ? 2 : 1);
        if (below < 0) {
            return true;
        }
        for (Expression child : children(expression)) {
            if (exceeds(child, below)) {
                return true;
            }
        }
        return false;
    }

    private static List<Expression> children(Expression expression) {
        if (expression instanceof Member member) {
            return List.of(member.object());
        }
        if (expression instanceof Call call) {
            List<Expression> parts = new ArrayList<>(call.arguments());
            parts.add(call.callee());
            call.keywords().forEach(keyword -> parts.add(keyword.value()));
            return parts;
        }
        if (expression instanceof Subscript subscript) {
            List<Expression> parts = new ArrayList<>(subscript.indices());
            parts.add(subscript.object());
            return parts;
        }
        if (expression instanceof Slice slice) {
            List<Expression> parts = new ArrayList<>();
            slice.lower().ifPresent(parts::add);
            slice.upper().ifPresent(parts::add);
            slice.step().ifPresent(parts::add);
            return parts;
        }
        if (expression instanceof ListLiteral list) {
            return list.elements();
        }
        if (expression instanceof TupleLiteral tuple) {
            return tuple.elements();
        }
        if (expression instanceof DictLiteral dict) {
            List<Expression> parts = new ArrayList<>();
            dict.entries().forEach(entry -> parts.addAll(List.of(entry.key(), entry.value())));
            return parts;
        }
        if (expression instanceof Unary unary) {
            return List.of(unary.operand());
        }
        if (expression instanceof Binary binary) {
            return List.of(binary.left(), binary.right());
        }
        if (expression instanceof Conditional choice) {
            return List.of(choice.condition(), choice.then(), choice.otherwise());
        }
        return List.of();
    }
}
