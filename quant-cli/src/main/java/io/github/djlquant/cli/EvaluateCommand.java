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

import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.EvaluationJson;
import io.github.djlquant.evaluate.ModelEvaluator;
import io.github.djlquant.recipe.GateThresholds;
import io.github.djlquant.report.Report;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code evaluate FLOAT QUANTIZED --data DATA}: everything that quantizing changed. */
@Command(
        name = "evaluate",
        header = "Find out what quantizing changed: accuracy, slices, flips, speed, layers.",
        description = {
            "",
            "Both models answer the same inputs. Tells, with confidence intervals, how much accuracy"
                    + " fell, on which part of the samples most, which answers flipped, and, on"
                    + " request, how latency is distributed, which layers lose most and what the"
                    + " engine really runs on integers. Ends with exit code 5 if the quantized model"
                    + " is below its gate."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  djl-quant evaluate net.onnx net-int8.onnx --data test.npz --labels test.txt \\",
            "      --classes classes.txt --all --report report.html",
            "  djl-quant evaluate bert.onnx bert-int8.onnx --data test.tsv --text-column 1 \\",
            "      --tokenizer tokenizer.json --pooling mean --slices test.tsv:3 \\",
            "      --gate cosine=0.99"
        })
final class EvaluateCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private PairOptions pair = new PairOptions();

    @Mixin private ComparisonOptions comparison = new ComparisonOptions();

    @Option(
            names = "--gate",
            paramLabel = "LIMITS",
            converter = GateChoice.Converter.class,
            description =
                    GateChoice.FORM
                            + " Default: flips=0.05,drop=1,slice-drop=5,cosine=0.98,divergence=0.1,"
                            + "detections=0.85."
                            + " speedup implies --performance.")
    private GateChoice gate = new GateChoice(Map.of());

    @Option(names = "--performance", description = "Measure latency, throughput, start, memory.")
    private boolean performance;

    @Option(names = "--layers", description = "Look at every inner value, on --layer-rows.")
    private boolean layers;

    @Option(
            names = "--layer-rows",
            paramLabel = "N",
            converter = PositiveCount.class,
            defaultValue = "256",
            description =
                    "Rows on which inner values are looked at. Default: ${DEFAULT-VALUE}; fewer of"
                            + " large models, which the report tells.")
    private int layerRows;

    @Option(names = "--operators", description = "Tell what really runs, and for how long.")
    private boolean operators;

    @Option(
            names = "--sensitivity",
            description = "Quantize each layer alone, and all but each. Slow.")
    private boolean sensitivity;

    @Option(names = "--all", description = "All of these but --sensitivity.")
    private boolean all;

    @Option(
            names = "--threads",
            paramLabel = "N",
            split = ",",
            converter = PositiveCount.class,
            defaultValue = "1",
            description = "Threads inside one call when latency is measured, such as 1,2.")
    private List<Integer> threads;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Keep everything that was found: " + ReportFile.FORMS + ".")
    private Path report;

    @Option(names = "--force", description = "Overwrite the report if it exists.")
    private boolean force;

    @Option(names = "--json", description = "Print one JSON document and nothing else.")
    private boolean json;

    @Override
    public Integer call() {
        if (report != null) {
            ReportFile.checked(report, force);
        }
        Evaluation evaluation = evaluator().evaluate();
        evaluation =
                evaluation
                        .with()
                        .optSubject(
                                evaluation
                                        .subject()
                                        .orElseThrow()
                                        .withCommand(TypedCommand.of(spec)))
                        .build();
        if (report != null) {
            new ReportFile(report, force).write(Report.of(evaluation));
        }
        Terminal.out(spec)
                .println(
                        json
                                ? Json.escaped(EvaluationJson.print(evaluation))
                                : EvaluationText.of(evaluation));
        if (report != null && !json) {
            Terminal.out(spec).println("report: " + report);
        }
        return evaluation.gate().orElseThrow().passed() ? 0 : ExitCode.GATE.number();
    }

    private ModelEvaluator evaluator() {
        ModelEvaluator.Builder builder =
                ModelEvaluator.builder()
                        .setModels(pair.source(), pair.quantized())
                        .setData(pair.data())
                        .optDescription(pair.dataName())
                        .optGate(thresholds())
                        .optSamples(pair.samples())
                        .optLatencyThreads(threads)
                        .optLayerRows(layerRows)
                        .optParts(parts());
        pair.batch().ifPresent(builder::optBatchSize);
        if (pair.hasLabels()) {
            builder.optLabels(pair.labels());
        }
        comparison.read(pair.data()).addTo(builder);
        if (!json && Terminal.isInteractive()) {
            builder.optProgress(new ProgressBar(spec.commandLine().getErr()));
        }
        return builder.build();
    }

    private Set<ModelEvaluator.Part> parts() {
        Set<ModelEvaluator.Part> parts = EnumSet.noneOf(ModelEvaluator.Part.class);
        if (all || performance || thresholds().minSpeedup().isPresent()) {
            parts.add(ModelEvaluator.Part.PERFORMANCE);
        }
        if (all || layers) {
            parts.add(ModelEvaluator.Part.LAYERS);
        }
        if (all || operators) {
            parts.add(ModelEvaluator.Part.OPERATORS);
        }
        if (sensitivity) {
            parts.add(ModelEvaluator.Part.SENSITIVITY);
        }
        return parts;
    }

    private GateThresholds thresholds() {
        return gate.over(GateThresholds.DEFAULT);
    }
}
