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
package io.github.djlquant.report;

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.backend.Execution;
import io.github.djlquant.evaluate.BaselineRange;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.EvaluationBuilder;
import io.github.djlquant.evaluate.OperatorShare;
import io.github.djlquant.evaluate.Operators;
import io.github.djlquant.evaluate.Subject;
import io.github.djlquant.plan.NodeDecision;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Adds to an evaluation what a quantization's result knows and the evaluation does not say. */
final class ResultFacts {

    private ResultFacts() {}

    static Evaluation added(QuantizedModel model, Evaluation evaluation) {
        EvaluationBuilder builder = evaluation.with();
        if (evaluation.subject().isEmpty()) {
            builder.optSubject(
                    Subject.of(
                            model.provenance(),
                            model.sourceBytes(),
                            model.file().getFileName().toString(),
                            model.bytes()));
        }
        if (evaluation.operators().isEmpty()) {
            builder.optOperators(operators(model));
        }
        if (evaluation.trials().isEmpty()) {
            builder.optTrials(model.evaluation().trials());
        }
        builder.optBaseline(baseline(model, evaluation));
        Set<String> warnings = new LinkedHashSet<>(evaluation.warnings());
        warnings.addAll(model.warnings());
        return builder.optWarnings(List.copyOf(warnings)).build();
    }

    /** What the artifact carries, and behind it what else calibration saw. */
    private static List<BaselineRange> baseline(QuantizedModel model, Evaluation evaluation) {
        Map<String, BaselineRange> ranges = new LinkedHashMap<>();
        evaluation.baseline().forEach(range -> ranges.put(range.value(), range));
        model.calibrationTable()
                .map(table -> BaselineRange.of(table, model.plan()))
                .orElse(List.of())
                .forEach(range -> ranges.putIfAbsent(range.value(), range));
        return List.copyOf(ranges.values());
    }

    private static Operators operators(QuantizedModel model) {
        return new Operators(
                model.provenance().engine() + " " + model.provenance().runtimeVersion(),
                "not measured",
                model.execution().kernels().stream().map(k -> share(model, k)).toList());
    }

    private static OperatorShare share(QuantizedModel model, Execution.Kernel kernel) {
        Optional<NodeDecision> decision = model.plan().node(kernel.name());
        boolean planned = decision.filter(NodeDecision::quantized).isPresent();
        String reason =
                kernel.int8() || !kernel.remark().isEmpty()
                        ? kernel.remark()
                        : decision.map(NodeDecision::reason).orElse("");
        return new OperatorShare(
                kernel.name(),
                decision.map(d -> d.op().toString()).orElse(kernel.op()),
                kernel.op(),
                kernel.int8(),
                planned && !kernel.int8() && decision.filter(d -> d.macs() > 0).isPresent(),
                reason,
                Optional.empty(),
                Optional.empty());
    }
}
