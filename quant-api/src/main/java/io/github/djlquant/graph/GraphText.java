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

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints a graph, one node a line, for people and for golden tests. */
final class GraphText {

    /** Constants up to this many elements are printed with their values. */
    private static final int SMALL = 4;

    private GraphText() {}

    static String print(Graph graph) {
        StringBuilder text = new StringBuilder();
        print(graph, "", text);
        return text.toString();
    }

    private static void print(Graph graph, String indent, StringBuilder text) {
        text.append(indent).append("graph ").append(graph.name()).append('(');
        text.append(graph.inputs().stream().map(Value::toString).collect(Collectors.joining(", ")));
        text.append(") -> (");
        text.append(
                graph.outputs().stream().map(Value::toString).collect(Collectors.joining(", ")));
        text.append(") {\n");
        String inner = indent + "  ";
        for (Map.Entry<String, Tensor> constant : graph.constants().entrySet()) {
            text.append(inner).append('%').append(constant.getKey()).append(" = ");
            text.append(describe(constant.getValue())).append('\n');
        }
        for (Node node : graph.nodes()) {
            print(node, inner, text);
        }
        text.append(indent).append("}\n");
    }

    private static void print(Node node, String indent, StringBuilder text) {
        text.append(indent);
        text.append(
                node.outputs().stream().map(GraphText::value).collect(Collectors.joining(", ")));
        text.append(" = ").append(node.op());
        String plain =
                node.attributes().entrySet().stream()
                        .filter(e -> !(e.getValue() instanceof Attribute.GraphAttribute))
                        .map(e -> e.getKey() + "=" + describe(e.getValue()))
                        .collect(Collectors.joining(", "));
        if (!plain.isEmpty()) {
            text.append('<').append(plain).append('>');
        }
        text.append('(')
                .append(
                        node.inputs().stream()
                                .map(GraphText::value)
                                .collect(Collectors.joining(", ")));
        text.append(")\n");
        node.attributes()
                .forEach(
                        (key, attribute) -> {
                            if (attribute instanceof Attribute.GraphAttribute g) {
                                text.append(indent).append("  ").append(key).append(":\n");
                                print(g.body(), indent + "    ", text);
                            }
                        });
    }

    private static String value(String name) {
        return name.isEmpty() ? "_" : "%" + name;
    }

    private static String describe(Attribute attribute) {
        if (attribute instanceof Attribute.IntAttribute a) {
            return Long.toString(a.value());
        } else if (attribute instanceof Attribute.FloatAttribute a) {
            return Float.toString(a.value());
        } else if (attribute instanceof Attribute.DoubleAttribute a) {
            return Double.toString(a.value());
        } else if (attribute instanceof Attribute.BoolAttribute a) {
            return Boolean.toString(a.value());
        } else if (attribute instanceof Attribute.LiteralAttribute a) {
            return a.text();
        } else if (attribute instanceof Attribute.StringAttribute a) {
            return '"' + a.value().replace("\n", "\\n") + '"';
        } else if (attribute instanceof Attribute.IntsAttribute a) {
            return a.values().toString().replace(" ", "");
        } else if (attribute instanceof Attribute.FloatsAttribute a) {
            return a.values().toString().replace(" ", "");
        } else if (attribute instanceof Attribute.StringsAttribute a) {
            return a.values().toString();
        } else if (attribute instanceof Attribute.TensorAttribute a) {
            return describe(a.value());
        } else if (attribute instanceof Attribute.OpaqueAttribute a) {
            return a.kind() + "(" + a.encoded() + ")";
        }
        return "graph";
    }

    private static String describe(Tensor tensor) {
        boolean numbers =
                switch (tensor.dataType()) {
                    case STRING, COMPLEX64, COMPLEX128 -> false;
                    default -> true;
                };
        if (!numbers || tensor.elementCount() > SMALL) {
            return tensor.toString();
        }
        StringBuilder text = new StringBuilder(tensor.toString()).append(" {");
        tensor.forEach(
                (index, value) -> {
                    text.append(index == 0 ? "" : ", ");
                    text.append(
                            tensor.dataType().isFloatingPoint() || value != Math.rint(value)
                                    ? Float.toString((float) value)
                                    : String.format(Locale.ROOT, "%.0f", value));
                });
        return text.append('}').toString();
    }
}
