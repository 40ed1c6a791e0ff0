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
package io.github.djlquant.graph;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The legality rules of {@link Graph}, run after every transform: names are unique and not empty
 * where they must be, every value is made exactly once and before it is read, and what is declared
 * exists. In nested bodies too, whose values must not have the name of one around them: a transform
 * could not tell the two apart.
 */
public final class GraphChecker {

    private final String source;
    private final List<Problem> problems = new ArrayList<>();

    private GraphChecker(String source) {
        this.source = source;
    }

    /**
     * Finds everything that is wrong.
     *
     * @param graph the graph
     * @param source the file or step to name in the problems
     * @return the problems, empty if the graph is legal
     */
    public static List<Problem> problems(Graph graph, String source) {
        GraphChecker checker = new GraphChecker(source);
        checker.check(graph, null, "");
        return List.copyOf(checker.problems);
    }

    /**
     * Requires a legal graph.
     *
     * @param graph the graph
     * @param source the file or step to name in the error
     * @return the same graph
     * @throws ModelFormatException naming the first thing that is wrong
     */
    public static Graph check(Graph graph, String source) {
        List<Problem> found = problems(graph, source);
        if (!found.isEmpty()) {
            throw new ModelFormatException(found.get(0));
        }
        return graph;
    }

    private void check(Graph graph, Scope outer, String path) {
        Scope scope = new Scope(outer);
        for (Value input : graph.inputs()) {
            define(input.name(), path + "input " + input.name(), scope);
        }
        for (String constant : graph.constants().keySet()) {
            define(constant, path + "constant " + constant, scope);
        }
        Set<String> names = new HashSet<>();
        Set<String> later = new HashSet<>();
        graph.nodes().forEach(node -> later.addAll(node.outputs()));
        for (Node node : graph.nodes()) {
            String at = path + "node " + node.name();
            if (node.name().isEmpty() || !names.add(node.name())) {
                problem(
                        Problem.of("a node's name is empty or given twice")
                                .at(at + " (" + node.op() + ")"));
            }
            for (int i = 0; i < node.inputs().size(); i++) {
                requireKnown(node.inputs().get(i), at + ", input " + i, scope, later);
            }
            for (Graph body : node.bodies()) {
                check(body, scope, at + " / ");
            }
            for (String output : node.outputs()) {
                if (!output.isEmpty()) {
                    define(output, at, scope);
                }
            }
        }
        for (Value output : graph.outputs()) {
            if (!scope.knows(output.name())) {
                problem(
                        Problem.of("an output that nothing makes")
                                .at(path + "output " + output.name()));
            }
        }
    }

    private void define(String value, String at, Scope scope) {
        if (value.isEmpty() || scope.knows(value)) {
            problem(
                    Problem.of(
                                    "a value's name is empty, made twice or that of a value around"
                                            + " the body")
                            .at(at)
                            .actual("'" + value + "'"));
        }
        scope.made.add(value);
    }

    private void requireKnown(String value, String at, Scope scope, Set<String> later) {
        if (!value.isEmpty() && !scope.knows(value)) {
            String what =
                    later.contains(value)
                            ? "reads a value of a later node (a cycle or a wrong order)"
                            : "reads a value that nothing makes";
            problem(Problem.of(what).at(at).actual("'" + value + "'"));
        }
    }

    private void problem(Problem problem) {
        problems.add(problem.in(source));
    }

    /** The values made so far in a graph; what is around it is looked up, not copied. */
    private static final class Scope {
        final Scope outer;
        final Set<String> made = new HashSet<>();

        Scope(Scope outer) {
            this.outer = outer;
        }

        boolean knows(String value) {
            for (Scope scope = this; scope != null; scope = scope.outer) {
                if (scope.made.contains(value)) {
                    return true;
                }
            }
            return false;
        }
    }
}
