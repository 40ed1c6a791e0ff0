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

import io.github.djlquant.QuantJson;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.FeedSpec;
import io.github.djlquant.calibrate.FeedStream;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code compare FLOAT QUANTIZED --data DATA}: what two models answer to the same inputs. */
@Command(
        name = "compare",
        header = "Compare what two models answer to the same inputs, and how fast they are.",
        description = {
            "",
            "Prints, over all rows: SQNR, the ratio of signal to quantization noise (30 dB and"
                    + " more is good); the mean cosine between the outputs; flips, the share of"
                    + " rows whose highest score changed place; and, with labels, the accuracy of"
                    + " both."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  djl-quant compare net.onnx net-int8.onnx --data test.npz --labels test.txt",
            "  djl-quant compare net.onnx net-int8.onnx --data photos/ --size 224x224 \\",
            "      --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225"
        })
final class CompareCommand implements Runnable {

    private static final int BATCH = 32;

    @Spec private CommandSpec spec;

    @Mixin private PairOptions pair = new PairOptions();

    @Mixin private TaskOption task = new TaskOption();

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = PositiveCount.class,
            defaultValue = "1",
            description = "Threads of the engine inside one call. Default: 1.")
    private int threads;

    @Option(names = "--json", description = "Print one JSON document and nothing else.")
    private boolean json;

    @Override
    public void run() {
        Graph graph = Backends.forFile(pair.source()).read(pair.source());
        CalibrationData inputs = pair.data();
        Labels classes = pair.labels();
        ModelComparison comparison =
                new ModelComparison(pair.source(), pair.quantized(), threads, task::of);
        Map<String, Tensor> one;
        try (FeedStream first = inputs.open(FeedSpec.of(pair.source(), graph, 1, 1))) {
            one = first.next().tensors();
        }
        Evaluation evaluation;
        try (FeedStream stream =
                inputs.open(FeedSpec.of(graph, pair.batch().orElse(BATCH), pair.samples()))) {
            evaluation = comparison.run(stream, classes, one);
        }
        PrintWriter out = Terminal.out(spec);
        if (json) {
            out.println(Json.print(QuantJson.evaluation(evaluation)));
        } else {
            Evaluation plain = PlainNames.in(evaluation);
            out.println(plain);
            plain.warnings().forEach(warning -> out.println("warning: " + warning));
        }
    }
}
