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
package io.github.djlquant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.trace.GraphBlock;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In which engine a fused Block runs. */
class BlockEngineIT {

    private static final int SIZE = 8;

    @TempDir private Path folder;

    /** libtorch has no row for a Fourier transform of ONNX. */
    private GraphBlock spectrum() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", -1, SIZE, 1)
                        .node("DFT", "y", "x")
                        .with("axis", 1)
                        .output("y")
                        .build();
        Path file = folder.resolve("spectrum.onnx");
        Backend onnx = Backends.forEngine("OnnxRuntime");
        onnx.write(graph, onnx.target(Target.Name.ANY), file);
        return GraphBlock.open(file);
    }

    private static Block network(Block... middle) {
        SequentialBlock block = new SequentialBlock();
        block.add(Linear.builder().setUnits(SIZE).build());
        block.add(new LambdaBlock(list -> new NDList(list.head().reshape(new Shape(-1, SIZE, 1)))));
        for (Block each : middle) {
            block.add(each);
        }
        return block.add(Blocks.batchFlattenBlock()).add(Linear.builder().setUnits(3).build());
    }

    private static float[] answer(Block block, NDArray input) {
        return block.forward(
                        new ParameterStore(input.getManager(), false), new NDList(input), false)
                .head()
                .toFloatArray();
    }

    private static String told(Supplier<GraphBlock> fusing, GraphBlock[] fused) {
        PrintStream before = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            fused[0] = fusing.get();
        } finally {
            System.setErr(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aBlockRunsWhereItsParametersAreOrElseThatIsTold() {
        try (NDManager manager = NDManager.newBaseManager(null, "PyTorch");
                GraphBlock spectrum = spectrum()) {
            Quantizer quantizer = Quantizer.builder().build();
            for (boolean known : new boolean[] {true, false}) {
                Block block = known ? network() : network(spectrum);
                block.initialize(manager, DataType.FLOAT32, new Shape(1, SIZE));
                GraphBlock[] fused = new GraphBlock[1];
                String log = told(() -> quantizer.fuse(block), fused);

                try (GraphBlock made = fused[0]) {
                    assertThat(made.backend().getEngineName())
                            .isEqualTo(known ? "PyTorch" : "OnnxRuntime");
                    NDArray rows = manager.randomNormal(new Shape(5, SIZE));
                    assertThat(answer(made, rows))
                            .containsExactly(answer(block, rows), within(1e-4f));
                }
                if (known) {
                    assertThat(log).doesNotContain("runs in");
                } else {
                    assertThat(log)
                            .contains("WARN", "SequentialBlock runs in OnnxRuntime, not in PyTorch")
                            .contains("DFT");
                }
            }
        }
    }
}
