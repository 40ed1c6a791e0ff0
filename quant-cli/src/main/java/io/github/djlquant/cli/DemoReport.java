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
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.cli.demo.DemoCase;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Gate;
import io.github.djlquant.evaluate.LatencyRatio;
import io.github.djlquant.evaluate.ModelEvaluator;
import io.github.djlquant.report.Report;
import io.github.djlquant.report.Variant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** What the demo's report shows: the first result in full, the others as variants beside it. */
final class DemoReport {

    private DemoReport() {}

    /**
     * Evaluates the first result on the test images.
     *
     * @param demo the model with its images
     * @param results what was quantized, each with its comparison
     * @param command what was typed
     * @return the report
     */
    static Report of(DemoCase demo, Map<QuantizedModel, Evaluation> results, String command) {
        List<QuantizedModel> models = List.copyOf(results.keySet());
        QuantizedModel first = models.get(0);
        Evaluation measured =
                ModelEvaluator.builder()
                        .setModels(demo.model(), first.file())
                        .setData(CalibrationData.ofFeeds(demo.testFeeds()))
                        .optDescription("images that calibration has not seen")
                        .optLabels(demo.testLabels())
                        .optClassNames(demo.classNames())
                        .optParts(
                                EnumSet.of(
                                        ModelEvaluator.Part.LAYERS, ModelEvaluator.Part.OPERATORS))
                        .build()
                        .evaluate();
        LatencyRatio latency = results.get(first).latency().orElseThrow();
        Report report =
                Report.of(first, measured.with().optLatency(latency).build()).withCommand(command);
        for (QuantizedModel other : models.subList(1, models.size())) {
            report = report.withVariant(variant(other, results.get(other), latency.sourceMicros()));
        }
        return report;
    }

    /**
     * Times of different runs are of different moments of the machine; what was measured in turns
     * is the ratio. So the time is that of the float model in the first run over the ratio.
     */
    private static Variant variant(
            QuantizedModel model, Evaluation evaluation, double floatMicros) {
        return new Variant(
                model.provenance().recipe().name() + ", " + model.provenance().target().name(),
                model.bytes(),
                evaluation.latency().map(latency -> floatMicros / latency.ratio()),
                evaluation.accuracy().map(Evaluation.Accuracy::quantized),
                Gate.judge(evaluation, model.provenance().recipe().gate()).passed()
                        ? Variant.Standing.PASSED
                        : Variant.Standing.REFUSED,
                "");
    }
}
