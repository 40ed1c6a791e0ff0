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

import io.github.djlquant.Problem;
import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.RecipeException;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.cli.demo.CifarDemo;
import io.github.djlquant.cli.demo.DemoCase;
import io.github.djlquant.cli.demo.ShapesDemo;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.recipe.Recipe;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code demo}: everything at work, on a model that is shipped with the program. */
@Command(
        name = "demo",
        header = "Quantize a small shipped network and show what came of it. Needs no file.",
        description = {
            "",
            "Quantizes for two targets (any CPU, and this machine), compares both results with the"
                    + " float network on images that they have not seen, prints one table and writes a report."
        },
        mixinStandardHelpOptions = true,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  djl-quant demo",
            "  djl-quant demo --keep /tmp/demo      keep the models, to look into them"
        })
final class DemoCommand implements Runnable {

    private static final List<Target.Name> TARGETS = List.of(Target.Name.ANY, Target.Name.HERE);

    @Spec private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Take ResNet-20 and CIFAR-10 from this folder: resnet20_cifar10.onnx,"
                            + " train_images.bin, train_labels.bin, test_images.bin,"
                            + " test_labels.bin (bytes, 32x32x3 per image; one byte per label).")
    private Path data;

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "Write the models to this folder and leave them there.")
    private Path keep;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description =
                    "Write the report here: "
                            + ReportFile.FORMS
                            + ". Default: report.html in the folder of --keep, else a new file in the"
                            + " system's folder for temporary files.")
    private Path report;

    @Override
    public void run() {
        if (report != null) {
            ReportFile.checked(report, false);
        }
        try (WorkFolder folder = WorkFolder.open(keep)) {
            run(folder.path());
        } catch (FileAlreadyExistsException e) {
            throw new RecipeException(
                    Problem.of("the file exists already")
                            .in(e.getFile())
                            .next("Choose another folder for --keep"),
                    e);
        } catch (IOException e) {
            throw new RecipeException(
                    Problem.of("the demo can't write its files")
                            .in(keep)
                            .actual(e.getClass().getSimpleName() + " " + e.getMessage()),
                    e);
        }
    }

    private void run(Path folder) throws IOException {
        PrintWriter out = Terminal.out(spec);
        DemoCase demo = data == null ? ShapesDemo.in(folder) : CifarDemo.in(data);
        out.printf(
                "%s: %s.%nQuantizing with %,d images, testing on %,d others ...%n%n",
                demo.model().getFileName(),
                demo.description(),
                demo.calibration().count(),
                demo.test().count());
        out.flush();
        Map<QuantizedModel, Evaluation> results = new LinkedHashMap<>();
        for (Target.Name target : TARGETS) {
            Optional<CalibrationTable> measured =
                    results.keySet().stream().findFirst().flatMap(QuantizedModel::calibrationTable);
            QuantizedModel model = quantize(demo, target, measured, folder);
            Evaluation evaluation =
                    new ModelComparison(demo.model(), model.file(), 1, how -> how)
                            .run(demo.tests().iterator(), demo.testLabels(), demo.one());
            results.put(model, evaluation);
        }
        out.print(DemoTable.print(results));
        if (keep != null) {
            out.printf("%nThe models are in %s. Look at one:%n", folder);
            results.keySet().stream()
                    .limit(1)
                    .forEach(model -> out.printf("  djl-quant inspect %s%n", model.file()));
        }
        ReportFile page = reportFile();
        page.write(DemoReport.of(demo, results, TypedCommand.of(spec)));
        out.printf("%nThe report, for a browser: %s%n", page.path());
        out.flush();
    }

    private ReportFile reportFile() throws IOException {
        if (report != null) {
            return new ReportFile(report, false);
        }
        return keep != null
                ? new ReportFile(keep.resolve("report.html"), false)
                : new ReportFile(Files.createTempFile("djl-quant-demo-", ".html"), true);
    }

    private Quantizer quantizer(
            DemoCase demo, Target.Name target, Optional<CalibrationTable> measured) {
        Quantizer.Builder builder =
                Quantizer.builder()
                        .optRecipe(Recipe.staticInt8())
                        .optTarget(target)
                        // The comparison on the test images measures it.
                        .optLatency(false)
                        .optCalibration(CalibrationData.ofFeeds(demo.feeds()));
        // Every target needs the same statistics.
        measured.ifPresent(builder::optCalibrationTable);
        if (Terminal.isInteractive()) {
            builder.optProgress(new ProgressBar(spec.commandLine().getErr()));
        }
        return builder.build();
    }

    private QuantizedModel quantize(
            DemoCase demo, Target.Name target, Optional<CalibrationTable> measured, Path folder) {
        String name = demo.model().getFileName().toString().replaceFirst("\\.onnx$", "");
        Path file = folder.resolve(name + "-int8-" + target.text() + ".onnx");
        return quantizer(demo, target, measured).quantize(demo.model(), file);
    }
}
