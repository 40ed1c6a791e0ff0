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
import io.github.djlquant.graph.Value;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.script.Expression;
import io.github.djlquant.pytorch.script.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a loop. As in libtorch's own form its inputs are the number of runs, the first condition
 * and what is carried from run to run; those of its body the run's number and what is carried; the
 * body's outputs the next condition (a constant if the runs are counted) and what is carried.
 */
final class LoopWriter {

    private final BodyWriter around;
    private final Node node;
    private final List<Expression> arguments;
    private final Graph body;

    LoopWriter(BodyWriter around, Node node) {
        this.around = around;
        this.node = node;
        this.arguments = around.arguments(node, Call.of(node).positional());
        this.body = BodyWriter.body(node, "body");
    }

    void write(List<Statement> statements) {
        List<String> carried = node.outputs().stream().map(around::define).toList();
        for (int i = 0; i < carried.size(); i++) {
            statements.add(BodyWriter.assign(carried.get(i), arguments.get(i + 2)));
        }
        List<Value> inputs = body.inputs();
        for (int i = 0; i < carried.size(); i++) {
            around.alias(inputs.get(i + 1).name(), carried.get(i));
        }
        if (isCounted()) {
            String index = around.define(inputs.get(0).name());
            Expression range =
                    new Expression.Call(
                            new Expression.Name("range"), arguments.subList(0, 1), List.of());
            statements.add(new Statement.For(index, range, body(carried, 1)));
        } else {
            String condition = around.fresh("condition");
            statements.add(BodyWriter.assign(condition, arguments.get(1)));
            List<String> targets = new ArrayList<>(List.of(condition));
            targets.addAll(carried);
            statements.add(new Statement.While(new Expression.Name(condition), body(targets, 0)));
        }
    }

    /** The last statement of a run changes what is carried, all at once. */
    private List<Statement> body(List<String> targets, int firstOutput) {
        List<Statement> statements = new ArrayList<>(around.write(body.nodes()));
        List<Expression> results =
                body.outputs().subList(firstOutput, body.outputs().size()).stream()
                        .map(output -> around.value(output.name()))
                        .toList();
        if (targets.size() == 1) {
            statements.add(BodyWriter.assign(targets.get(0), results.get(0)));
        } else if (!targets.isEmpty()) {
            statements.add(new Statement.Unpack(targets, new Expression.TupleLiteral(results)));
        }
        if (statements.isEmpty()) {
            statements.add(new Statement.Pass());
        }
        return statements;
    }

    private boolean isCounted() {
        return Call.of(node).positional().get(1).equals(Argument.literal(true));
    }
}
