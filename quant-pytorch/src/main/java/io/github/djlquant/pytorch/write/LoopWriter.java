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

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.op.PrimOps;
import io.github.djlquant.pytorch.script.BinaryOperator;
import io.github.djlquant.pytorch.script.Expression;
import io.github.djlquant.pytorch.script.Statement;
import java.util.ArrayList;
import java.util.List;

/** Writes a loop: {@code for} where the rounds are counted only, else {@code while}. */
final class LoopWriter {

    private static final Argument TRUE = Argument.literal(true);
    private static final Argument ENDLESS = Argument.literal(Long.MAX_VALUE);

    private final BodyWriter around;
    private final Node node;
    private final List<Argument> given;
    private final List<Expression> arguments;
    private final Graph body;

    LoopWriter(BodyWriter around, Node node) {
        this.around = around;
        this.node = node;
        this.given = Call.of(node).positional();
        this.arguments = around.arguments(node, given);
        this.body = BodyWriter.body(node, PrimOps.BODY);
    }

    void write(List<Statement> statements) {
        List<String> carried = node.outputs().stream().map(around::define).toList();
        for (int i = 0; i < carried.size(); i++) {
            statements.add(BodyWriter.assign(carried.get(i), arguments.get(i + 2)));
            around.alias(body.inputs().get(i + 1).name(), carried.get(i));
        }
        String index = around.define(body.inputs().get(0).name());
        if (isCounted()) {
            Expression range =
                    new Expression.Call(
                            new Expression.Name("range"), arguments.subList(0, 1), List.of());
            List<Statement> inner = new ArrayList<>(around.write(body.nodes()));
            change(carried, results(1), inner);
            statements.add(new Statement.For(index, range, inner));
        } else {
            conditional(index, carried, statements);
        }
    }

    private void conditional(String index, List<String> carried, List<Statement> statements) {
        String condition = around.fresh("condition");
        Expression first = new Expression.IntLiteral(0);
        statements.add(BodyWriter.assign(index, first));
        statements.add(BodyWriter.assign(condition, bounded(first, arguments.get(1))));
        List<Statement> inner = new ArrayList<>(around.write(body.nodes()));
        List<String> targets = new ArrayList<>(List.of(index, condition));
        targets.addAll(carried);
        Expression next =
                new Expression.Binary(
                        new Expression.Name(index),
                        BinaryOperator.ADD,
                        new Expression.IntLiteral(1));
        List<Expression> results = new ArrayList<>(List.of(next));
        results.add(bounded(next, results(0).get(0)));
        results.addAll(results(1));
        change(targets, results, inner);
        statements.add(new Statement.While(new Expression.Name(condition), inner));
    }

    /** Whether there is a round with this number. */
    private Expression bounded(Expression index, Expression condition) {
        return given.get(0).equals(ENDLESS)
                ? condition
                : new Expression.Binary(
                        new Expression.Binary(index, BinaryOperator.LESS, arguments.get(0)),
                        BinaryOperator.AND,
                        condition);
    }

    private List<Expression> results(int first) {
        return body.outputs().subList(first, body.outputs().size()).stream()
                .map(output -> around.value(output.name()))
                .toList();
    }

    /** Everything that is handed on changes at once. */
    private static void change(
            List<String> targets, List<Expression> results, List<Statement> statements) {
        if (targets.size() == 1) {
            statements.add(BodyWriter.assign(targets.get(0), results.get(0)));
        } else if (!targets.isEmpty()) {
            statements.add(new Statement.Unpack(targets, new Expression.TupleLiteral(results)));
        }
        if (statements.isEmpty()) {
            statements.add(new Statement.Pass());
        }
    }

    /** Whether every round says that there is a next one. */
    private boolean isCounted() {
        String next = body.outputs().get(0).name();
        return given.get(1).equals(TRUE)
                && body.nodes().stream()
                        .filter(n -> n.outputs().contains(next))
                        .anyMatch(n -> n.op().equals(PrimOps.CONSTANT) && isTrue(n));
    }

    private static boolean isTrue(Node constant) {
        return Call.of(constant).positional().equals(List.of(TRUE));
    }
}
