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

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A DJL model saved as users save it, exported by the command. */
class ExportCommandIT {

    private static final String FACTORY = "ai.djl.basicmodelzoo.basic.MlpBlockFactory";

    @TempDir private Path folder;

    @BeforeEach
    void save() throws IOException {
        try (Model model = Model.newInstance("mlp", "PyTorch")) {
            Block block =
                    new SequentialBlock()
                            .add(Blocks.batchFlattenBlock(64))
                            .add(Linear.builder().setUnits(16).build())
                            .add(Activation::relu)
                            .add(Linear.builder().setUnits(4).build());
            model.setBlock(block);
            block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 64));
            model.save(Files.createDirectory(folder.resolve("mlp")), "mlp");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {".onnx", ".pt"})
    void writesASavedModelWithServingProperties(String ending) throws IOException {
        Path model = folder.resolve("mlp");
        Files.writeString(
                model.resolve("serving.properties"),
                "blockFactory=" + FACTORY + "\nwidth=8\nheight=8\noutput=4\nhidden=16\n");
        Path output = folder.resolve("mlp" + ending);

        CommandRun run = CommandRun.of("export", model, "-o", output);

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("mlp" + ending, "outputs differ");
        assertThat(output).isNotEmptyFile();
        assertThat(CommandRun.of("export", model, "-o", output).code()).isEqualTo(2);
        assertThat(CommandRun.of("inspect", output).code()).isZero();
    }

    @Test
    void takesTheFactoryAndTheInputsFromTheCommandLine() {
        CommandRun run =
                CommandRun.of(
                        "export",
                        folder.resolve("mlp/mlp-0000.params"),
                        "-o",
                        folder.resolve("out.onnx"),
                        "--block-factory",
                        FACTORY,
                        "--arg",
                        "width=8",
                        "--arg",
                        "height=8",
                        "--arg",
                        "output=4",
                        "--arg",
                        "hidden=16",
                        "--input",
                        "pixels:float32:?x64");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(CommandRun.of("inspect", folder.resolve("out.onnx")).out()).contains("pixels");
    }

    @Test
    void saysWhoseBlockIsMissing() {
        CommandRun run =
                CommandRun.of("export", folder.resolve("mlp"), "-o", folder.resolve("out.onnx"));

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).contains("blockFactory=CLASS", "BlockExport");
    }

    @Test
    void saysWhatIsNoSavedModel() throws IOException {
        Path other = Files.writeString(folder.resolve("net.onnx"), "");

        CommandRun run = CommandRun.of("export", other, "-o", folder.resolve("out.onnx"));

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).contains("no saved DJL model");
    }
}
