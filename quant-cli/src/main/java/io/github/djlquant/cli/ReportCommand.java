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

import io.github.djlquant.evaluate.EvaluationJson;
import io.github.djlquant.report.Report;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code report EVALUATION.json -o OUT.html}: a page from an evaluation that was kept. */
@Command(
        name = "report",
        header = "Turn a kept evaluation into one page, or print it.",
        description = {
            "",
            "The page holds everything in one file: it loads nothing and sends nothing."
                    + " Without -o the report is printed as text."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  djl-quant report evaluation.json -o report.html"})
final class ReportCommand implements Runnable {

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "EVALUATION",
            description = "What 'djl-quant evaluate --report FILE.json' wrote.")
    private Path evaluation;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT",
            description = "The file to write: " + ReportFile.FORMS + ".")
    private Path output;

    @Option(names = "--force", description = "Overwrite OUT if it exists.")
    private boolean force;

    @Override
    public void run() {
        Report report = Report.of(EvaluationJson.read(evaluation));
        if (output == null) {
            Terminal.out(spec).println(report);
        } else {
            ReportFile.checked(output, force).write(report);
            Terminal.out(spec).println("wrote " + output);
        }
    }
}
