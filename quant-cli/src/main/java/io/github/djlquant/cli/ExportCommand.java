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

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.trace.BlockExport;
import io.github.djlquant.trace.BlockTracer;
import io.github.djlquant.trace.GraphBlock;
import io.github.djlquant.trace.TraceInput;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code export MODEL -o FILE}: a saved DJL block as a float model file. */
@Command(
        name = "export",
        header = "Write a saved DJL block as a float model file: .onnx or .pt.",
        description = {
            "",
            "A parameter file holds numbers only. What they are the parameters of says a block"
                    + " factory: blockFactory=CLASS in serving.properties, or --block-factory."
                    + " DJL's own factories are on the class path; another one's jar belongs into"
                    + " the model's folder libs. A block without a factory is exported from Java"
                    + " (BlockExport)."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  djl-quant export build/mlp -o mlp.onnx",
            "  djl-quant export build/mlp/mlp-0010.params -o mlp.onnx \\",
            "      --block-factory ai.djl.basicmodelzoo.basic.MlpBlockFactory --arg output=10",
            "  djl-quant export build/bert -o bert.onnx --input tokens:int64:?x128"
        })
final class ExportCommand implements Runnable {

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "MODEL",
            description = "The folder of a saved DJL model, or its NAME-0000.params.")
    private Path source;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "The file to write; its ending tells the format (.onnx, .pt).")
    private Path output;

    @Option(
            names = "--block-factory",
            paramLabel = "CLASS",
            description = "The BlockFactory. Default: that of serving.properties.")
    private String factory;

    @Option(
            names = "--arg",
            paramLabel = "KEY=VALUE",
            description = "An argument of the factory; may be repeated.")
    private Map<String, String> arguments = Map.of();

    @Option(
            names = "--input",
            paramLabel = "NAME:TYPE:SHAPE",
            converter = BlockInput.class,
            description =
                    "An input, ? where its extent stays open (axis 0 always does); repeated for"
                            + " each. Default: 32-bit floats of the shapes saved with the"
                            + " parameters.")
    private List<TraceInput> inputs = List.of();

    @Option(names = "--force", description = "Replace an existing FILE.")
    private boolean force;

    @Override
    public void run() {
        try (SavedBlock saved = SavedBlock.load(source, factory, arguments)) {
            Block block = saved.block();
            BlockExport.Result made =
                    BlockExport.write(
                            block,
                            output,
                            inputs.isEmpty() && !(block instanceof GraphBlock)
                                    ? saved(block)
                                    : inputs,
                            force);
            Terminal.out(spec).println(made);
        }
    }

    private List<TraceInput> saved(Block block) {
        Shape[] shapes = block.getInputShapes();
        if (shapes == null || shapes.length == 0) {
            throw new UnsupportedModelException(
                    Problem.of("no shapes of inputs are saved with the parameters")
                            .in(source)
                            .next("Tell them: --input NAME:TYPE:SHAPE"));
        }
        return BlockTracer.inputs(block, shapes);
    }
}
