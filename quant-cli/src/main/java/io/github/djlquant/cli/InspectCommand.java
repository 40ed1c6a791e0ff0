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

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.graph.Graph;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inspect FILE}: what is in a model. Reads the file only; no engine is started. */
@Command(
        name = "inspect",
        header = "Show what is in a model, and whether it is quantized already.",
        description = {
            "",
            "Of a model made by this program it also tells which nodes stay float, and why."
        },
        mixinStandardHelpOptions = true,
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  djl-quant inspect model.onnx",
            "  djl-quant inspect --plan model-int8.onnx",
            "  djl-quant inspect --graph model.onnx | less",
            "  djl-quant inspect --json model.pt"
        })
final class InspectCommand implements Runnable {

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            description = "The model: an .onnx file, or TorchScript (.pt).")
    private Path file;

    @Option(
            names = "--graph",
            description = "Also print every node, one a line, as the program reads them.")
    private boolean graph;

    @Option(
            names = "--plan",
            description =
                    "Also print what was decided on every node and value, one a line, each with"
                            + " its reason. --json always holds it.")
    private boolean plan;

    @Option(names = "--json", description = "Print one JSON document and nothing else.")
    private boolean json;

    @Override
    public void run() {
        Backend backend = Backends.forFile(file);
        Graph model = backend.read(file);
        ModelSummary summary = ModelSummary.of(file, size(), model, backend.catalog());
        PrintWriter out = Terminal.out(spec);
        if (json) {
            var document = ModelSummaryPrinter.json(summary);
            if (graph) {
                document.addProperty("graph", model.toString());
            }
            out.println(Json.print(document));
            return;
        }
        out.print(ModelSummaryPrinter.text(summary));
        if (plan) {
            out.println();
            out.print(
                    summary.plan()
                            .map(StoredPlanPrinter::whole)
                            .orElse("no plan: djl-quant did not make this model%n".formatted()));
        }
        if (graph) {
            out.println();
            out.print(model);
        }
        out.flush();
    }

    private long size() {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new ModelFormatException(Problem.of("the file can't be read").in(file), e);
        }
    }
}
