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
import io.github.djlquant.pytorch.script.Expression.BoolLiteral;
import io.github.djlquant.pytorch.script.Expression.Call;
import io.github.djlquant.pytorch.script.Expression.Conditional;
import io.github.djlquant.pytorch.script.Expression.DictLiteral;
import io.github.djlquant.pytorch.script.Expression.FloatLiteral;
import io.github.djlquant.pytorch.script.Expression.ImaginaryLiteral;
import io.github.djlquant.pytorch.script.Expression.IntLiteral;
import io.github.djlquant.pytorch.script.Expression.ListLiteral;
import io.github.djlquant.pytorch.script.Expression.Member;
import io.github.djlquant.pytorch.script.Expression.Name;
import io.github.djlquant.pytorch.script.Expression.NoneLiteral;
import io.github.djlquant.pytorch.script.Expression.Slice;
import io.github.djlquant.pytorch.script.Expression.StringLiteral;
import io.github.djlquant.pytorch.script.Expression.Subscript;
import io.github.djlquant.pytorch.script.Expression.TupleLiteral;
import io.github.djlquant.pytorch.script.Expression.Unary;
import java.util.Iterator;
import java.util.List;

/** Prints expressions. Operands that are operators themselves stand in parentheses. */
final class ExpressionPrinter {

    private final StringBuilder text;

    ExpressionPrinter(StringBuilder text) {
        this.text = text;
    }

    static String print(Expression expression) {
        StringBuilder text = new StringBuilder();
        new ExpressionPrinter(text).append(expression);
        return text.toString();
    }

    void append(Expression expression) {
        if (expression instanceof Name name) {
            text.append(name.id());
        } else if (expression instanceof Member member) {
            append(member);
        } else if (expression instanceof Call call) {
            append(call);
        } else if (expression instanceof Subscript subscript) {
            appendObject(subscript.object());
            appendAll("[", subscript.indices(), "]");
        } else if (expression instanceof Slice slice) {
            append(slice);
        } else if (expression instanceof ListLiteral list) {
            appendAll("[", list.elements(), "]");
        } else if (expression instanceof TupleLiteral tuple) {
            appendAll("(", tuple.elements(), tuple.elements().size() == 1 ? ",)" : ")");
        } else if (expression instanceof DictLiteral dict) {
            append(dict);
        } else {
            appendOperatorOrLiteral(expression);
        }
    }

    private void appendOperatorOrLiteral(Expression expression) {
        if (expression instanceof Unary unary) {
            text.append(unary.operator().symbol());
            if (unary.operator() == UnaryOperator.NOT) {
                text.append(' ');
            }
            appendOperand(unary.operand(), unary.operator() == UnaryOperator.MINUS);
        } else if (expression instanceof Binary binary) {
            appendOperand(binary.left(), false);
            text.append(' ').append(binary.operator().symbol()).append(' ');
            appendOperand(binary.right(), false);
        } else if (expression instanceof Conditional conditional) {
            appendOperand(conditional.then(), false);
            text.append(" if ");
            appendOperand(conditional.condition(), false);
            text.append(" else ");
            appendOperand(conditional.otherwise(), false);
        } else {
            appendLiteral(expression);
        }
    }

    private void appendLiteral(Expression expression) {
        if (expression instanceof IntLiteral literal) {
            text.append(literal.value());
        } else if (expression instanceof FloatLiteral literal) {
            text.append(number(literal.value()));
        } else if (expression instanceof ImaginaryLiteral literal) {
            text.append(number(literal.imaginary())).append('j');
        } else if (expression instanceof StringLiteral literal) {
            text.append(StringText.encode(literal.value()));
        } else if (expression instanceof BoolLiteral literal) {
            text.append(literal.value() ? "True" : "False");
        } else if (expression instanceof NoneLiteral) {
            text.append("None");
        } else {
            throw new IllegalArgumentException("No form for " + expression.getClass());
        }
    }

    private void append(Member member) {
        if (isIdentifier(member.name())) {
            appendObject(member.object());
            text.append('.').append(member.name());
        } else {
            text.append("getattr(");
            append(member.object());
            text.append(", ").append(StringText.encode(member.name())).append(')');
        }
    }

    private void append(Call call) {
        appendObject(call.callee());
        text.append('(');
        String comma = "";
        for (Expression argument : call.arguments()) {
            text.append(comma);
            append(argument);
            comma = ", ";
        }
        for (Expression.Keyword keyword : call.keywords()) {
            text.append(comma).append(keyword.name()).append('=');
            append(keyword.value());
            comma = ", ";
        }
        text.append(')');
    }

    private void append(Slice slice) {
        slice.lower().ifPresent(this::append);
        text.append(':');
        slice.upper().ifPresent(this::append);
        slice.step()
                .ifPresent(
                        step -> {
                            text.append(':');
                            append(step);
                        });
    }

    private void append(DictLiteral dict) {
        text.append('{');
        String comma = "";
        for (Expression.Entry entry : dict.entries()) {
            text.append(comma);
            append(entry.key());
            text.append(": ");
            append(entry.value());
            comma = ", ";
        }
        text.append('}');
    }

    private void appendAll(String opening, List<Expression> elements, String closing) {
        text.append(opening);
        Iterator<Expression> rest = elements.iterator();
        while (rest.hasNext()) {
            append(rest.next());
            if (rest.hasNext()) {
                text.append(", ");
            }
        }
        text.append(closing);
    }

    /** What members, calls and subscripts follow directly. */
    private void appendObject(Expression object) {
        boolean direct =
                object instanceof Name
                        || object instanceof Member
                        || object instanceof Call
                        || object instanceof Subscript;
        appendIn(!direct, object);
    }

    /** An operand; behind a minus also numbers need parentheses, else they become one with it. */
    private void appendOperand(Expression operand, boolean behindMinus) {
        boolean operator =
                operand instanceof Unary
                        || operand instanceof Binary
                        || operand instanceof Conditional;
        boolean number =
                operand instanceof IntLiteral
                        || operand instanceof FloatLiteral
                        || operand instanceof ImaginaryLiteral;
        boolean negative = number && ExpressionPrinter.print(operand).startsWith("-");
        appendIn(operator || negative || number && behindMinus, operand);
    }

    private void appendIn(boolean parentheses, Expression expression) {
        if (parentheses) {
            text.append('(');
            append(expression);
            text.append(')');
        } else {
            append(expression);
        }
    }

    /** A float that the engine reads as a float: with a point or an exponent. */
    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (Math.abs(value) < 1e10 && value == Math.rint(value)) {
            String sign = Math.copySign(1, value) < 0 ? "-" : "";
            return sign + (long) Math.abs(value) + ".";
        }
        return Double.toString(value).replace('E', 'e');
    }

    static boolean isIdentifier(String name) {
        return !name.isEmpty()
                && Lexer.isNameStart(name.charAt(0))
                && name.chars().allMatch(c -> Lexer.isNamePart((char) c))
                && !TokenCursor.KEYWORDS.contains(name);
    }
}
