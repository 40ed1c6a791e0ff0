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

import io.github.djlquant.graph.OpType;
import io.github.djlquant.pytorch.op.PrimOps;
import io.github.djlquant.pytorch.script.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How an operator is written: a function of {@code torch} or {@code ops} by default, a form of the
 * language where it has one.
 */
final class OperatorForms {

    /** A form of the language. */
    @FunctionalInterface
    private interface Form {
        Expression of(List<Expression> arguments);
    }

    private static final Map<OpType, Form> SPECIAL =
            Map.ofEntries(
                    Map.entry(aten("Int"), builtin("int")),
                    Map.entry(aten("Float"), builtin("float")),
                    Map.entry(aten("Bool"), builtin("bool")),
                    Map.entry(aten("Complex"), builtin("complex")),
                    Map.entry(aten("str"), builtin("str")),
                    Map.entry(aten("__getitem__"), OperatorForms::element),
                    Map.entry(PrimOps.LIST_CONSTRUCT, Expression.ListLiteral::new),
                    Map.entry(PrimOps.TUPLE_CONSTRUCT, Expression.TupleLiteral::new),
                    Map.entry(PrimOps.DICT_CONSTRUCT, OperatorForms::dictionary),
                    Map.entry(PrimOps.TUPLE_UNPACK, arguments -> arguments.get(0)),
                    Map.entry(PrimOps.CONSTANT, arguments -> arguments.get(0)));

    /** What says a type by its own first argument; for all others it is an annotation. */
    private static final Map<OpType, String> TYPED =
            Map.of(
                    PrimOps.UNCHECKED_CAST,
                    "unchecked_cast",
                    PrimOps.UNINITIALIZED,
                    "uninitialized");

    private OperatorForms() {}

    /**
     * Returns the expression of a call.
     *
     * @param op the operator
     * @param arguments what it is given by position
     * @param keywords what it is given by name
     * @param type the type that it is said to yield
     */
    static Expression of(
            OpType op,
            List<Expression> arguments,
            List<Expression.Keyword> keywords,
            Optional<Expression> type) {
        if (TYPED.containsKey(op) && type.isPresent()) {
            List<Expression> all = new ArrayList<>(List.of(type.get()));
            all.addAll(arguments);
            return call(TYPED.get(op), all);
        }
        Form form = SPECIAL.get(op);
        Expression expression =
                form == null
                        ? new Expression.Call(function(op), arguments, keywords)
                        : form.of(arguments);
        return type.map(t -> call("annotate", List.of(t, expression))).orElse(expression);
    }

    private static Expression function(OpType op) {
        return op.dialect().equals(OpType.ATEN)
                ? new Expression.Member(new Expression.Name("torch"), op.name())
                : new Expression.Member(
                        new Expression.Member(new Expression.Name("ops"), op.dialect()), op.name());
    }

    private static Form builtin(String name) {
        return arguments -> call(name, arguments);
    }

    private static Expression call(String name, List<Expression> arguments) {
        return new Expression.Call(new Expression.Name(name), arguments, List.of());
    }

    private static Expression element(List<Expression> arguments) {
        return new Expression.Subscript(arguments.get(0), arguments.subList(1, 2));
    }

    private static Expression dictionary(List<Expression> arguments) {
        List<Expression.Entry> entries = new ArrayList<>();
        for (int i = 0; i + 1 < arguments.size(); i += 2) {
            entries.add(new Expression.Entry(arguments.get(i), arguments.get(i + 1)));
        }
        return new Expression.DictLiteral(entries);
    }

    private static OpType aten(String name) {
        return new OpType(OpType.ATEN, name);
    }
}
