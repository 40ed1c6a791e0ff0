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

import io.github.djlquant.GateException;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantJson;
import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.RecipeException;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.report.Report;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code quantize SOURCE -o OUT}: the main job. */
@Command(
        name = "quantize",
        header = "Write an int8 form of a trained model.",
        description = {
            "",
            "With --calibrate the ranges of all inner values are measured on your data"
                    + " (static-int8: the fastest, for networks on images). Without data they are"
                    + " taken anew from each input at run time (dynamic-int8: for networks on text).",
            "The result is compared with the source before it gets its name, on rows of --verify or,"
                    + " without it, of --calibrate: a model that answers too differently is not"
                    + " written."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  Without data:",
            "    djl-quant quantize bert.onnx -o bert-int8.onnx",
            "  With a folder of images, prepared as in training:",
            "    djl-quant quantize resnet.onnx -o resnet-int8.onnx --calibrate photos/ \\",
            "        --size 224x224 --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225",
            "  With texts, one a line or in a column:",
            "    djl-quant quantize bert.onnx -o bert-int8.onnx --calibrate dev.tsv \\",
            "        --tokenizer tokenizer.json --text-column 1",
            "  With prepared inputs (numpy.savez('rows.npz', input=...)), for this CPU:",
            "    djl-quant quantize net.onnx -o net-int8.onnx --calibrate rows.npz \\",
            "        --target here",
            "  TorchScript in, TorchScript out:",
            "    djl-quant quantize resnet.pt -o resnet-int8.pt --calibrate rows.npz",
            "  ONNX in, TorchScript out:",
            "    djl-quant quantize resnet.onnx -o resnet-int8.pt --calibrate rows.npz"
        })
final class QuantizeCommand implements Runnable {

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "SOURCE",
            description = "The float model: an .onnx file, or TorchScript (.pt).")
    private Path source;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT",
            required = true,
            description =
                    "The file to write. Its ending chooses the format: .onnx, or TorchScript (.pt).")
    private Path output;

    @Option(
            names = "--recipe",
            paramLabel = "RECIPE",
            converter = RecipeChoice.Converter.class,
            description =
                    "static-int8, dynamic-int8, optimize (float stays float, only faster), auto (tries"
                            + " them and keeps the best that passes), x86, fbgemm, onednn, qnnpack (static-int8 for"
                            + " that library of PyTorch's), or a .json file. Default: static-int8 with"
                            + " --calibrate or --calibration-table, else dynamic-int8.")
    private RecipeChoice recipe;

    @Option(
            names = "--calibrate",
            paramLabel = "DATA",
            description = "Typical inputs: " + DataOptions.FORMS)
    private Path data;

    @Option(
            names = "--samples",
            paramLabel = "N",
            converter = PositiveCount.class,
            description = "Use at most the first N rows of DATA. Default: all.")
    private int samples;

    @Option(
            names = "--labels",
            paramLabel = "FILE",
            description =
                    "The right class of each row that is compared: a text file, one index (from 0) a line. A result"
                            + " that is right too seldom is then refused."
                            + DataOptions.OF_IMAGES)
    private Path labels;

    @Option(
            names = "--verify",
            paramLabel = "DATA",
            description =
                    "Compare both models on these rows, all of them. Default: on the first rows of"
                            + " --calibrate, 256 or, with --labels, 2048. Ranges are chosen to suit"
                            + " those, so rows of their own judge better; labels, targets and slices"
                            + " are then theirs.")
    private Path verification;

    @Option(
            names = "--gate",
            paramLabel = "LIMITS",
            converter = GateChoice.Converter.class,
            description =
                    GateChoice.FORM
                            + " What is not named, is as the recipe says. Default:"
                            + " flips=0.05,drop=1,slice-drop=5,cosine=0.98,divergence=0.1,"
                            + "detections=0.85.")
    private GateChoice gate = new GateChoice(Map.of());

    @Mixin private ComparisonOptions comparison = new ComparisonOptions();

    @ArgGroup(heading = "%nCalibration that is kept:%n", exclusive = false)
    private CalibrationOptions calibration = new CalibrationOptions();

    @Mixin private DataOptions dataOptions = new DataOptions();

    @Option(
            names = "--target",
            paramLabel = "TARGET",
            defaultValue = "any",
            converter = TargetConverter.class,
            completionCandidates = TargetConverter.Names.class,
            description =
                    "Where the result will run: ${COMPLETION-CANDIDATES}. any (the default) gives"
                            + " the same answers on every CPU; here is tuned to this machine.")
    private Target.Name target;

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = PositiveCount.class,
            description = "Threads of the engine. Default: its own choice.")
    private int threads;

    @Option(names = "--force", description = "Overwrite OUT and the report if they exist.")
    private boolean force;

    @Option(
            names = "--ignore-gate",
            description = "Write the result even if it answers too differently.")
    private boolean ignoreGate;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description =
                    "Write how the result compares, also if it is refused: "
                            + ReportFile.FORMS
                            + ".")
    private Path report;

    @Option(
            names = "--optimized-latency",
            description =
                    "Time the float model in its optimized form too, so that what optimizing and"
                            + " what quantizing gains shows apart.")
    private boolean optimizedLatency;

    @Option(names = "--json", description = "Print one JSON document and nothing else.")
    private boolean json;

    @Override
    public void run() {
        refuseOptionsWithoutData();
        Quantizer quantizer = quantizer();
        if (report != null) {
            ReportFile.checked(report, force);
        }
        QuantizedModel model;
        try {
            model = quantizer.quantize(source, output);
        } catch (GateException e) {
            throw reported(e);
        }
        if (report != null) {
            write(Report.of(model));
        }
        PrintWriter out = Terminal.out(spec);
        out.println(json ? Json.print(QuantJson.of(model)) : PlainNames.in(model).toString());
        if (report != null && !json) {
            out.println("report: " + report);
        }
    }

    /** What is refused leaves its reasons, if there is a place for them. */
    private GateException reported(GateException refusal) {
        if (refusal.evaluation().isEmpty()) {
            return refusal;
        }
        Evaluation evaluation = refusal.evaluation().get();
        Problem problem = refusal.problem();
        String before = problem.nextStep() == null ? "" : problem.nextStep() + ". ";
        if (report == null) {
            return new GateException(
                    problem.next(before + "--report FILE writes down what was found"), evaluation);
        }
        write(Report.of(evaluation));
        return new GateException(problem.next(before + "What was found: " + report), evaluation);
    }

    private void write(Report found) {
        new ReportFile(report, force).write(found.withCommand(TypedCommand.of(spec)));
    }

    /** What labels, targets and slices are of; null without data. */
    private CalibrationData compared() {
        Path rows = verification == null ? data : verification;
        return rows == null ? null : dataOptions.data(rows);
    }

    private Quantizer quantizer() {
        Quantizer.Builder builder =
                Quantizer.builder()
                        .optRecipe(recipe())
                        .optTarget(target)
                        .optSamples(samples)
                        .optThreads(threads)
                        .optOverwrite(force)
                        .optIgnoreGate(ignoreGate)
                        .optAuto(recipe != null && recipe.isAuto())
                        .optLatency(true)
                        .optOptimizedLatency(optimizedLatency);
        if (data != null) {
            builder.optCalibration(dataOptions.data(data));
        }
        if (verification != null) {
            builder.optVerificationData(dataOptions.data(verification));
        }
        dataOptions.batch().ifPresent(builder::optBatchSize);
        CalibrationData compared = compared();
        builder.optVerification(comparison.read(compared)::addTo);
        if (labels != null) {
            builder.optLabels(Labels.read(labels, compared));
        }
        calibration.apply(builder);
        if (!json && Terminal.isInteractive()) {
            builder.optProgress(new ProgressBar(spec.commandLine().getErr()));
        }
        return builder.build();
    }

    private Recipe recipe() {
        Recipe chosen = method();
        return chosen.withGate(gate.over(chosen.gate()));
    }

    private Recipe method() {
        if (recipe != null && !recipe.isAuto()) {
            return recipe.recipe();
        }
        return data != null || calibration.isMeasured()
                ? Recipe.staticInt8()
                : Recipe.dynamicInt8();
    }

    /** What would be ignored is a misunderstanding: better told now than found in the figures. */
    private void refuseOptionsWithoutData() {
        if (data != null) {
            return;
        }
        List<String> needData = new ArrayList<>();
        if (samples > 0) {
            needData.add("--samples");
        }
        if (labels != null && verification == null) {
            needData.add("--labels");
        }
        needData.addAll(calibration.forCalibrating());
        if (verification == null) {
            needData.addAll(comparison.ofRows());
            needData.addAll(dataOptions.given());
        }
        if (!needData.isEmpty()) {
            throw new RecipeException(
                    Problem.of(String.join(" and ", needData) + " without --calibrate")
                            .expected("--calibrate DATA, which these options describe")
                            .next("Add --calibrate, or leave them out: there is no data to read"));
        }
    }
}
