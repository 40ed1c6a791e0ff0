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
package io.github.djlquant.onnx.operators;

import io.github.djlquant.testkit.operators.OperatorTests;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Collects which operator tests ran, and prints COVERAGE.md. */
final class Coverage {

    /** What depends on the machine is not listed by what happened on one. */
    private static final Pattern LOCALE =
            Pattern.compile("strnormalizer_export_monday_(?!.*nochangecase).*");

    private static final List<Map.Entry<Pattern, String>> REASONS =
            List.of(
                    reason(
                            "Could not find an implementation for (\\w+)\\((\\d+)\\)",
                            "no kernel for `%s` of opset %s on this element type"),
                    reason(
                            "Fatal error: ([\\w.]+):(\\w+)\\(-1\\) is not a registered",
                            "no operator `%2$s` of the domain `%1$s`"),
                    reason(
                            "[Oo]pset (\\d+) is under development",
                            "opset %s is newer than what this runtime knows"),
                    reason("layout_ == 0 was false", "no kernel for recurrent `layout` 1"),
                    reason(
                            "Type Error: Type .* of output arg \\(Inserted",
                            "the runtime's own casts of float16 leave a graph that it refuses"),
                    reason(
                            "while running (\\w+) node",
                            "the runtime's `%s` refuses these inputs while it runs"));

    private final String runtime;
    private final Map<String, List<String>> skipped = new TreeMap<>();
    private int models;
    private int ran;

    Coverage(String runtime) {
        this.runtime = runtime;
    }

    private static Map.Entry<Pattern, String> reason(String message, String text) {
        return Map.entry(Pattern.compile(message, Pattern.DOTALL), text);
    }

    void ran(String test) {
        models++;
        if (!isMachineDependent(test)) {
            ran++;
        }
    }

    void skipped(String test, String message) {
        models++;
        if (!isMachineDependent(test)) {
            skipped.computeIfAbsent(reasonOf(message), r -> new ArrayList<>()).add(test);
        }
    }

    private boolean isMachineDependent(String test) {
        boolean locale = LOCALE.matcher(test).matches();
        if (locale) {
            skipped.computeIfAbsent(
                            "runs only where the operating system has the locale en_US.UTF-8",
                            r -> new ArrayList<>())
                    .add(test);
        }
        return locale;
    }

    private static String reasonOf(String message) {
        for (Map.Entry<Pattern, String> row : REASONS) {
            Matcher matcher = row.getKey().matcher(message);
            if (matcher.find()) {
                Object[] groups = new Object[matcher.groupCount()];
                for (int i = 0; i < groups.length; i++) {
                    groups[i] = matcher.group(i + 1);
                }
                return String.format(row.getValue(), groups);
            }
        }
        String line = message.replaceAll("\\s+", " ");
        return "ONNX Runtime says: " + line.substring(0, Math.min(120, line.length()));
    }

    @Override
    public String toString() {
        int count = skipped.values().stream().mapToInt(List::size).sum();
        StringBuilder text = new StringBuilder();
        text.append(
                """
                # Coverage

                What of ONNX goes through djl-quant unharmed. `OperatorTestsIT` holds this file to what it finds;
                `./mvnw verify -pl quant-onnx -am -Dit.test=OperatorTestsIT -Dquant.coverage=write` writes it anew.

                ## What a file may hold

                | | |
                |---|---|
                | opset | 7 to 22; newer ones for the target `here`, as far as its runtime goes. Below 10 (dynamic: 11) the \
                opset is raised and the operators that changed are rewritten, bodies included |
                | IR version | from 3 on; initializers among the inputs become constants |
                | functions | inlined, unless of another opset than the model |
                | `If`, `Loop`, `Scan` | kept, nested ones too; the products and LSTM inside become integer as well, with \
                scales found at run time. The plan names what stays float by its path, and its share of \
                multiply-accumulates counts bodies: each round of a `Loop` or `Scan` whose number is known, one \
                round where the data decide, both branches of an `If` |
                | float16 | computes in float32; inputs and outputs keep their type |
                | external data | read mapped, from the model's own folder only; more than 2 GB too |
                | recurrent layers | LSTM on integers with scales found at run time, under static recipes too; of GRU and RNN the \
                weights as integers |
                | other domains, empty optional inputs, tied weights, open dimensions, sparse initializers | kept |
                | sequences and optional values as inputs | read and written, not quantized: Java can't feed them |
                | quantized kernels (QLinearConv and its like), training graphs | refused |
                | a quantized model of more than 2 GB | refused: an artifact is one file |

                ## The operator tests of ONNX %s

                Each is a model of one operator and its inputs, from opset 1 to 27, made by the ONNX project and
                fetched from PyPI for the test.

                | | models |
                |---|---|
                | read, written, read again: the same graph | %d of %d |
                | run by ONNX Runtime %s: the written copy's outputs are the same to the last bit | %d of %d |
                | skipped, because ONNX Runtime does not run the original | %d |

                Each one that runs is also quantized twice, as it is and with all inputs but the first as weights, without
                data and with its own inputs as data: what comes out is a file that loads, or an error that says why not.

                ## What is skipped

                | reason | models | tests |
                |---|---|---|
                """
                        .formatted(
                                OperatorTests.RELEASE,
                                models,
                                models,
                                runtime,
                                ran,
                                models - count,
                                count));
        skipped.forEach(
                (reason, tests) ->
                        text.append("| ")
                                .append(reason)
                                .append(" | ")
                                .append(tests.size())
                                .append(" | ")
                                .append(String.join(", ", tests))
                                .append(" |\n"));
        return text.toString();
    }
}
