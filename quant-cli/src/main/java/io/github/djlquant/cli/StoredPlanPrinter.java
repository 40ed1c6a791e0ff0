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
package io.github.djlquant.cli;

import io.github.djlquant.report.TerminalText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The two forms of a {@link StoredPlan} for people: what stays float, and everything. */
final class StoredPlanPrinter {

    /** As many names are shown of the nodes that stay float for one reason. */
    private static final int NAMES = 3;

    private StoredPlanPrinter() {}

    /** Counts the nodes on integers and names those that stay float, by their reasons. */
    static String summary(StoredPlan plan) {
        Map<String, Integer> integer = new TreeMap<>();
        Map<String, List<String>> floats = new LinkedHashMap<>();
        int kept = 0;
        for (StoredPlan.NodeEntry node : plan.nodes()) {
            if (node.integer()) {
                integer.merge(node.op(), 1, Integer::sum);
            } else {
                kept++;
                floats.computeIfAbsent(node.op() + ": " + node.reason(), r -> new ArrayList<>())
                        .add(node.node());
            }
        }
        StringBuilder text = new StringBuilder();
        line(
                text,
                "plan          %d nodes on integers%s; %d stay float; %.1f %% of the"
                        + " multiply-adds%s are on integers",
                plan.nodes().size() - kept,
                integer.isEmpty() ? "" : " (" + counts(integer) + ")",
                kept,
                100 * plan.integerShare(),
                plan.layersOfUnknownWork() == 0
                        ? ""
                        : " that are known (those of "
                                + plan.layersOfUnknownWork()
                                + " layers are not)");
        floats.forEach(
                (reason, nodes) ->
                        line(text, "  float %d %s (%s)", nodes.size(), reason, names(nodes)));
        return text.toString();
    }

    /** One decision a line: the nodes, then the values. */
    static String whole(StoredPlan plan) {
        StringBuilder text = new StringBuilder();
        for (StoredPlan.NodeEntry node : plan.nodes()) {
            line(
                    text,
                    "%s %s (%s): %s",
                    node.integer() ? "int8 " : "float",
                    node.node(),
                    node.op(),
                    node.reason());
        }
        for (StoredPlan.ValueEntry value : plan.values()) {
            line(
                    text,
                    "%%%s: %s, %s: %s",
                    value.value(),
                    value.kind(),
                    value.type().orElse("float"),
                    value.reason());
        }
        return text.toString();
    }

    private static String counts(Map<String, Integer> operators) {
        return operators.entrySet().stream()
                .map(e -> e.getValue() + " " + e.getKey())
                .collect(Collectors.joining(", "));
    }

    private static String names(List<String> nodes) {
        String names = nodes.stream().limit(NAMES).collect(Collectors.joining(", "));
        int more = nodes.size() - NAMES;
        return more <= 0 ? names : names + " and " + more + " more; --plan names them";
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(TerminalText.plain(String.format(Locale.ROOT, format, values)))
                .append(System.lineSeparator());
    }
}
