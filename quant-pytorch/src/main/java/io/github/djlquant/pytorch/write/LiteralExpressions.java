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
package io.github.djlquant.pytorch.write;

import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.pytorch.script.Expression;
import io.github.djlquant.pytorch.script.ScriptParser;

/** Writes constant arguments as expressions. */
final class LiteralExpressions {

    private LiteralExpressions() {}

    /**
     * Returns the expression of a constant argument.
     *
     * @param literal the constant
     * @param node whose argument it is, for errors
     * @throws UnsupportedModelException if the language has no such literal
     */
    static Expression of(Attribute literal, String node, OpType op) {
        if (literal instanceof Attribute.IntAttribute a) {
            return new Expression.IntLiteral(a.value());
        } else if (literal instanceof Attribute.DoubleAttribute a) {
            return new Expression.FloatLiteral(a.value());
        } else if (literal instanceof Attribute.FloatAttribute a) {
            return new Expression.FloatLiteral(a.value());
        } else if (literal instanceof Attribute.BoolAttribute a) {
            return new Expression.BoolLiteral(a.value());
        } else if (literal instanceof Attribute.StringAttribute a) {
            return new Expression.StringLiteral(a.value());
        } else if (literal instanceof Attribute.IntsAttribute a) {
            return a.values().isEmpty()
                    ? parsed("annotate(List[int], [])", node)
                    : new Expression.ListLiteral(
                            a.values().stream()
                                    .<Expression>map(Expression.IntLiteral::new)
                                    .toList());
        } else if (literal instanceof Attribute.LiteralAttribute a) {
            return parsed(a.text(), node);
        }
        throw new UnsupportedModelException(
                Problem.of("TorchScript has no literal for a constant argument")
                        .at("node " + node + " (" + op + ")")
                        .actual(literal));
    }

    /**
     * Reads an expression. Text becomes part of the program only as the tree of one expression, so
     * that it can't be anything else.
     */
    static Expression parsed(String text, String node) {
        return ScriptParser.parseExpression(text, "node " + node);
    }
}
