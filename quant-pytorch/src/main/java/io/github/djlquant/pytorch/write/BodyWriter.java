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
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Value;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.op.PrimOps;
import io.github.djlquant.pytorch.script.Expression;
import io.github.djlquant.pytorch.script.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the nodes of a graph and of its bodies as statements, one a node.
 *
 * <p>Every value is a variable of its own that is assigned once; only what a branch hands on and
 * what a loop carries is assigned in several places.
 */
final class BodyWriter {

    private final Identifiers variables;
    private final Map<String, Expression> values;

    /**
     * Creates a writer.
     *
     * @param variables hands out the variables' names
     * @param values what is known already: the inputs and constants
     */
    BodyWriter(Identifiers variables, Map<String, Expression> values) {
        this.variables = variables;
        this.values = new HashMap<>(values);
    }

    /** Writes nodes in order. */
    List<Statement> write(List<Node> nodes) {
        List<Statement> statements = new ArrayList<>();
        for (Node node : nodes) {
            if (node.op().equals(PrimOps.IF)) {
                branch(node, statements);
            } else if (node.op().equals(PrimOps.LOOP)) {
                new LoopWriter(this, node).write(statements);
            } else {
                statements.add(statement(node));
            }
        }
        return statements;
    }

    /** Returns what a value is called. */
    Expression value(String name) {
        Expression known = values.get(name);
        if (known == null) {
            throw new UnsupportedModelException(
                    Problem.of("a value is read before it is made").at("value " + name));
        }
        return known;
    }

    /** Gives a value a variable of its own. */
    String define(String value) {
        String variable = variables.of(value);
        alias(value, variable);
        return variable;
    }

    /** Gives a value a variable that exists. */
    void alias(String value, String variable) {
        if (!value.isEmpty()) {
            values.put(value, new Expression.Name(variable));
        }
    }

    /** Makes a variable that stands for no value of the graph. */
    String fresh(String wanted) {
        return variables.of(wanted);
    }

    /** Assigns what a body hands on to the variables that stand for it outside. */
    void handOn(List<String> targets, List<Value> outputs, List<Statement> statements) {
        for (int i = 0; i < targets.size(); i++) {
            statements.add(assign(targets.get(i), value(outputs.get(i).name())));
        }
    }

    static Statement assign(String variable, Expression value) {
        return new Statement.Assign(variable, Optional.empty(), value);
    }

    static Graph body(Node node, String attribute) {
        if (node.attributes().get(attribute) instanceof Attribute.GraphAttribute body) {
            return body.body();
        }
        throw new UnsupportedModelException(
                Problem.of("a node has no body " + attribute)
                        .at("node " + node.name() + " (" + node.op() + ")"));
    }

    private void branch(Node node, List<Statement> statements) {
        Graph then = body(node, PrimOps.THEN);
        Graph otherwise = body(node, PrimOps.ELSE);
        Expression condition = value(node.input(0));
        List<Statement> thenStatements = write(then.nodes());
        List<Statement> elseStatements = write(otherwise.nodes());
        List<String> targets = node.outputs().stream().map(this::define).toList();
        handOn(targets, then.outputs(), thenStatements);
        handOn(targets, otherwise.outputs(), elseStatements);
        if (thenStatements.isEmpty()) {
            thenStatements.add(new Statement.Pass());
        }
        statements.add(new Statement.If(condition, thenStatements, elseStatements));
    }

    private Statement statement(Node node) {
        Expression expression = expression(node);
        List<String> targets = node.outputs().stream().map(this::define).toList();
        boolean unpacks = node.op().equals(PrimOps.TUPLE_UNPACK);
        if (targets.size() == 1 && !unpacks) {
            return assign(targets.get(0), expression);
        }
        return targets.isEmpty()
                ? new Statement.Evaluate(expression)
                : new Statement.Unpack(targets, expression);
    }

    private Expression expression(Node node) {
        Call call = Call.of(node);
        Map<String, Argument> named = new LinkedHashMap<>(call.named());
        Optional<Expression> type = type(node, named);
        List<Expression.Keyword> keywords = new ArrayList<>();
        named.forEach(
                (name, argument) ->
                        keywords.add(new Expression.Keyword(name, argument(argument, node))));
        return OperatorForms.of(node.op(), arguments(node, call.positional()), keywords, type);
    }

    /** The type that syntax tells beside its elements. */
    private static Optional<Expression> type(Node node, Map<String, Argument> named) {
        boolean syntax = node.op().dialect().equals(OpType.PRIM);
        Argument type = syntax ? named.remove(PrimOps.TYPE) : null;
        return type instanceof Argument.Literal literal
                        && literal.attribute() instanceof Attribute.StringAttribute text
                ? Optional.of(LiteralExpressions.parsed(text.value(), node.name()))
                : Optional.empty();
    }

    /** Writes arguments of a node. */
    List<Expression> arguments(Node node, List<Argument> arguments) {
        return arguments.stream().map(argument -> argument(argument, node)).toList();
    }

    private Expression argument(Argument argument, Node node) {
        if (argument instanceof Argument.Literal literal) {
            return LiteralExpressions.of(literal.attribute(), node.name(), node.op());
        }
        return value(((Argument.Of) argument).value());
    }
}
