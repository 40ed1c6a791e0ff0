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
import io.github.djlquant.pytorch.script.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How an operator is written: a function of {@code torch} or {@code ops} by default, a form of the
 * language where it has one.
 */
final class OperatorForms {

    /** Writes a call of an operator. */
    @FunctionalInterface
    private interface Form {
        Expression of(List<Expression> arguments, List<Expression.Keyword> keywords);
    }

    private static final Map<OpType, Form> SPECIAL =
            Map.ofEntries(
                    Map.entry(aten("Int"), builtin("int")),
                    Map.entry(aten("Float"), builtin("float")),
                    Map.entry(aten("Bool"), builtin("bool")),
                    Map.entry(aten("Complex"), builtin("complex")),
                    Map.entry(aten("str"), builtin("str")),
                    Map.entry(prim("ListConstruct"), (a, k) -> new Expression.ListLiteral(a)),
                    Map.entry(prim("TupleConstruct"), (a, k) -> new Expression.TupleLiteral(a)),
                    Map.entry(prim("DictConstruct"), (a, k) -> dictionary(a)),
                    Map.entry(prim("ListUnpack"), (a, k) -> a.get(0)),
                    Map.entry(prim("TupleUnpack"), (a, k) -> a.get(0)),
                    Map.entry(prim("TupleIndex"), (a, k) -> element(a)),
                    Map.entry(aten("__getitem__"), (a, k) -> element(a)),
                    Map.entry(prim("annotate"), builtin("annotate")),
                    Map.entry(prim("unchecked_cast"), builtin("unchecked_cast")),
                    Map.entry(
                            prim("unchecked_unwrap_optional"),
                            builtin("unchecked_unwrap_optional")),
                    Map.entry(prim("Uninitialized"), builtin("uninitialized")),
                    Map.entry(prim("isinstance"), builtin("isinstance")));

    private OperatorForms() {}

    /** Returns the expression of a call. */
    static Expression of(OpType op, List<Expression> arguments, List<Expression.Keyword> keywords) {
        Form form = SPECIAL.get(op);
        return form == null
                ? new Expression.Call(function(op), arguments, keywords)
                : form.of(arguments, keywords);
    }

    private static Expression function(OpType op) {
        return op.dialect().equals(OpType.ATEN)
                ? new Expression.Member(new Expression.Name("torch"), op.name())
                : new Expression.Member(
                        new Expression.Member(new Expression.Name("ops"), op.dialect()), op.name());
    }

    private static Form builtin(String name) {
        return (arguments, keywords) ->
                new Expression.Call(new Expression.Name(name), arguments, keywords);
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

    private static OpType prim(String name) {
        return new OpType(OpType.PRIM, name);
    }
}
