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
package io.github.djlquant.report.section;

import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Operators;
import io.github.djlquant.evaluate.Subject;
import io.github.djlquant.report.Report;
import io.github.djlquant.report.view.Block;
import io.github.djlquant.report.view.Section;
import java.util.List;
import java.util.Optional;

/** What a reader would look for in vain: why it is missing, and how to get it. */
final class UnmeasuredSection implements SectionMaker {

    private static final String EVALUATE = "djl-quant evaluate ";

    @Override
    public Optional<Section> make(Report report) {
        Evaluation evaluation = report.evaluation();
        Block.FactList missing = Block.Facts.list();
        if (evaluation.metrics().isEmpty() && evaluation.accuracy().isEmpty()) {
            missing.add("Accuracy", "nobody said what is right: --labels or --targets");
        }
        if (evaluation.performance().isEmpty()) {
            missing.add(
                    "Latency distribution, throughput, start, memory", EVALUATE + "--performance");
        }
        reason(evaluation, "throughput").ifPresent(why -> missing.add("Throughput", why));
        if (evaluation.layers().isEmpty()) {
            missing.add("Layers", reason(evaluation, "layers").orElse(EVALUATE + "--layers"));
        }
        if (evaluation.sensitivity().isEmpty()) {
            missing.add("Sensitivity of each layer", sensitivity(evaluation));
        }
        if (evaluation.operators().flatMap(Operators::int8Share).isEmpty()) {
            missing.add("Time of each operator", times(evaluation));
        }
        if (evaluation.baseline().isEmpty()) {
            missing.add(
                    "Drift baseline",
                    "the artifact has none: nothing was calibrated, or by an older version");
        }
        Block.Facts facts = missing.build();
        return facts.entries().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Section(
                                "unmeasured",
                                "Not measured",
                                "What this report does not tell, and how to get it.",
                                List.of(facts)));
    }

    private static String sensitivity(Evaluation evaluation) {
        Optional<String> reason = reason(evaluation, "sensitivity");
        if (reason.isPresent()) {
            return reason.get();
        }
        return isTorchScript(evaluation)
                ? "not to be had of TorchScript, whose integer kernels hold the conversions to and"
                        + " from floats inside, so that no layer can be switched by itself; quantize the"
                        + " same model to .onnx"
                : EVALUATE + "--sensitivity (slow: two models for each layer)";
    }

    private static String times(Evaluation evaluation) {
        return evaluation
                .operators()
                .map(Operators::timing)
                .filter(timing -> !timing.isEmpty() && !timing.equals("not measured"))
                .orElse(
                        isTorchScript(evaluation)
                                ? "libtorch gives no times of single operators from Java; quantize the"
                                        + " same model to .onnx"
                                : EVALUATE + "--operators");
    }

    /** An evaluation warns of what it was asked for and could not measure. */
    private static Optional<String> reason(Evaluation evaluation, String part) {
        return evaluation.warnings().stream()
                .filter(
                        warning ->
                                warning.startsWith(part)
                                        || warning.startsWith("no inner value")
                                                && part.equals("layers"))
                .findFirst();
    }

    private static boolean isTorchScript(Evaluation evaluation) {
        return evaluation.subject().map(Subject::engine).orElse("").startsWith("PyTorch");
    }
}
