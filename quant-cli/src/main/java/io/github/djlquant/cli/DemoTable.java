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

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.backend.Execution;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.LatencyRatio;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What the demo shows: one line for the float model, one for each quantized one. */
final class DemoTable {

    private static final int WARNINGS = 2;

    private DemoTable() {}

    static String print(Map<QuantizedModel, Evaluation> results) {
        TextTable table =
                new TextTable()
                        .row(
                                "",
                                "bytes",
                                "top-1",
                                "flips",
                                "SQNR",
                                "1 image",
                                "faster",
                                "int8 multiply-adds");
        QuantizedModel first = results.keySet().iterator().next();
        Evaluation source = results.get(first);
        table.row(
                "float",
                text("%,d", first.sourceBytes()),
                source.accuracy().map(a -> percent(a.source())).orElse(""),
                "",
                "",
                source.latency().map(l -> micros(l.sourceMicros())).orElse(""));
        results.forEach((model, evaluation) -> table.row(cells(model, evaluation)));
        StringBuilder text = new StringBuilder(table.toString());
        text.append(System.lineSeparator());
        results.keySet().forEach(model -> appendKernels(text, model));
        appendWarnings(text, results.keySet());
        return text.toString();
    }

    private static String[] cells(QuantizedModel model, Evaluation evaluation) {
        return new String[] {
            "int8, " + model.provenance().target().name(),
            text("%,d", model.bytes()),
            evaluation.accuracy().map(a -> percent(a.quantized())).orElse(""),
            percent(evaluation.flips()),
            text("%.1f dB", evaluation.sqnr()),
            evaluation.latency().map(l -> micros(l.quantizedMicros())).orElse(""),
            evaluation.latency().map(DemoTable::ratio).orElse(""),
            text("%.1f %%", 100 * model.plan().quantizedMacShare())
        };
    }

    /** Both targets are calibrated on the same images and warn of the same values. */
    private static void appendWarnings(StringBuilder text, Set<QuantizedModel> models) {
        List<String> warnings =
                models.stream().flatMap(model -> model.warnings().stream()).distinct().toList();
        warnings.stream().limit(WARNINGS).forEach(w -> text.append(text("warning: %s%n", w)));
        if (warnings.size() > WARNINGS) {
            text.append(text("... and %d more warnings%n", warnings.size() - WARNINGS));
        }
    }

    private static void appendKernels(StringBuilder text, QuantizedModel model) {
        Execution execution = model.execution();
        long int8 = execution.kernels().stream().filter(Execution.Kernel::int8).count();
        text.append(
                text(
                        "int8, %s: %d of the %d kernels that the engine runs are int8; all of them: %s%n",
                        model.provenance().target().name(),
                        int8,
                        execution.kernels().size(),
                        execution.summary()));
    }

    private static String ratio(LatencyRatio latency) {
        return text("%.2fx (%.2f to %.2f)", latency.ratio(), latency.low(), latency.high());
    }

    private static String micros(double micros) {
        return micros < 10_000 ? text("%.0f us", micros) : text("%.1f ms", micros / 1e3);
    }

    private static String percent(double share) {
        return text("%.2f %%", 100 * share);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
