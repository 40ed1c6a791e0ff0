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
package io.github.djlquant.evaluate;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Recognises a state by what exporters and people call its two ends. */
final class StateNames {

    /** What tells the two ends apart and says nothing of what they hold. */
    private static final Set<String> ENDS =
            Set.of(
                    "in",
                    "out",
                    "input",
                    "output",
                    "prev",
                    "previous",
                    "next",
                    "new",
                    "old",
                    "init",
                    "initial",
                    "past",
                    "present",
                    "updated",
                    "current",
                    "last",
                    "final",
                    "n",
                    "t");

    /** One of these must be in a name, or every image-to-image model would have a state. */
    private static final Set<String> STATES =
            Set.of(
                    "h", "c", "hx", "cx", "hn", "cn", "hidden", "cell", "state", "states", "memory",
                    "cache", "rnn", "lstm", "gru");

    private StateNames() {}

    /** Adds the pairs that only names tell, each end of which stands for no other. */
    static void pairs(Graph graph, Map<String, String> pairs) {
        Map<String, Value> inputs = stems(graph.inputs());
        Map<String, Value> outputs = stems(graph.outputs());
        inputs.forEach(
                (stem, input) -> {
                    Value output = outputs.get(stem);
                    if (input != null
                            && output != null
                            && !pairs.containsKey(input.name())
                            && !pairs.containsValue(output.name())
                            && RecurrentStates.agree(graph, input.name(), output)) {
                        pairs.put(input.name(), output.name());
                    }
                });
    }

    /** Values by what their names have in common with the other end; null if several share it. */
    private static Map<String, Value> stems(List<Value> values) {
        Map<String, Value> stems = new HashMap<>();
        for (Value value : values) {
            String stem = stem(value.name());
            if (!stem.isEmpty()) {
                stems.merge(stem, value, (a, b) -> null);
            }
        }
        return stems;
    }

    /** {@code h0} and {@code hn} become {@code h}; empty if the name is none of a state. */
    static String stem(String name) {
        String words =
                name.replaceAll("([a-z0-9])([A-Z])", "$1 $2")
                        .replaceAll("[^A-Za-z0-9]+", " ")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("\\b([hc])x?([0nt])\\b", "$1 $2")
                        .replaceAll("\\b([hc])x\\b", "$1")
                        .trim();
        StringBuilder stem = new StringBuilder();
        boolean state = false;
        for (String word : words.split(" ")) {
            // A start is often numbered 0 where the end is called n.
            if (ENDS.contains(word) || word.equals("0") && words.endsWith(" 0")) {
                continue;
            }
            state |= STATES.contains(word);
            stem.append(word).append(' ');
        }
        return state ? stem.toString().trim() : "";
    }
}
