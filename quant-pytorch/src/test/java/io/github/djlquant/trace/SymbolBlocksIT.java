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
package io.github.djlquant.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import io.github.djlquant.Quantizer;
import io.github.djlquant.VerifiedBlock;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.recipe.Recipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backbone in an engine's own format with a head of DJL's blocks. */
class SymbolBlocksIT {

    private static final Shape IMAGES = new Shape(4, 3, 10, 10);

    @TempDir private Path folder;

    private NDManager manager;
    private Block backbone;

    @BeforeEach
    void exportBackbone() {
        manager = NDManager.newBaseManager(null, "PyTorch");
        backbone =
                new SequentialBlock()
                        .add(
                                Conv2d.builder()
                                        .setKernelShape(new Shape(3, 3))
                                        .setFilters(16)
                                        .build())
                        .add(Activation.reluBlock())
                        .add(Pool.globalAvgPool2dBlock());
        backbone.initialize(manager, DataType.FLOAT32, IMAGES);
        for (String ending : List.of(".pt", ".onnx")) {
            BlockExport.write(
                    backbone, folder.resolve("backbone" + ending), new Shape(-1, 3, 10, 10));
        }
    }

    @AfterEach
    void free() {
        manager.close();
    }

    private static Block withHead(Block inner, NDManager manager) {
        Linear head = Linear.builder().setUnits(5).build();
        head.initialize(manager, DataType.FLOAT32, new Shape(4, 16));
        return new SequentialBlock().add(new SequentialBlock().add(inner)).add(head);
    }

    private static void assertTraced(Block whole, Path folder) {
        for (String ending : List.of(".onnx", ".pt")) {
            BlockExport.Result made =
                    BlockExport.write(
                            whole, folder.resolve("whole" + ending), new Shape(-1, 3, 10, 10));
            assertThat(made.difference()).as("%s", made).isLessThan(1e-4);
        }
    }

    @Test
    void aTorchScriptBackboneBecomesPartOfTheGraph() throws Exception {
        try (Model model = Model.newInstance("backbone", "PyTorch")) {
            model.load(folder);
            Block whole = withHead(model.getBlock(), manager);
            Block before = whole.getChildren().valueAt(0).getChildren().valueAt(0);
            assertTraced(whole, folder);
            assertThat(BlockTracer.trace(whole, new Shape(-1, 3, 10, 10)).nodes())
                    .extracting(Node::op)
                    .extracting(op -> op.name())
                    .contains("Conv", "Relu");
            assertThat(whole.getChildren().valueAt(0).getChildren().valueAt(0)).isSameAs(before);

            CalibrationData data =
                    CalibrationData.ofBatches(
                            IntStream.range(0, 4)
                                    .mapToObj(i -> new NDList(manager.randomNormal(IMAGES)))
                                    .toList());
            Quantizer quantizer =
                    Quantizer.builder()
                            .optRecipe(Recipe.staticInt8())
                            .optCalibration(data)
                            .optInputs(BlockTracer.inputs(whole, new Shape(-1, 3, 10, 10)))
                            .optLatency(false)
                            .build();
            try (VerifiedBlock int8 = quantizer.quantize(whole)) {
                assertThat(int8.model().plan().quantizedMacShare()).isGreaterThan(0.9);
            }
        }
    }

    @Test
    void aGraphBlockBecomesPartOfTheGraph() {
        try (GraphBlock graph = GraphBlock.open(folder.resolve("backbone.onnx"))) {
            assertTraced(withHead(graph, manager), folder);
        }
    }

    @Test
    void anOnnxFileOfAnOlderOpsetBecomesPartOfTheGraph() throws Exception {
        Backend onnx = Backends.forEngine("OnnxRuntime");
        Graph traced = onnx.read(folder.resolve("backbone.onnx"));
        for (int opset : new int[] {12, 13, 16}) {
            Path file = folder.resolve("opset" + opset + ".onnx");
            Graph older = traced.edit().opset(OpType.ONNX, opset).build();
            onnx.write(older, onnx.target(Target.Name.ANY), file);
            try (GraphBlock graph = GraphBlock.open(file)) {
                Block whole = withHead(graph, manager);
                if (opset >= 13) {
                    assertTraced(whole, Files.createDirectory(folder.resolve("of" + opset)));
                } else {
                    assertThatThrownBy(() -> BlockTracer.trace(whole, new Shape(-1, 3, 10, 10)))
                            .isInstanceOf(TraceException.class)
                            .hasMessageContainingAll(
                                    "01SequentialBlock/01GraphBlock", "opset 13 to 17");
                }
            }
        }
    }

    @Test
    void whatCannotBePartOfTheGraphIsNamed() throws Exception {
        try (Model torch = Model.newInstance("backbone", "PyTorch");
                Model onnx = Model.newInstance("backbone", "OnnxRuntime")) {
            torch.load(folder);
            onnx.load(folder);
            Block parallel =
                    new SequentialBlock()
                            .add(
                                    new ParallelBlock(
                                            lists -> lists.get(0), List.of(torch.getBlock())));
            assertThatThrownBy(() -> BlockTracer.trace(parallel, new Shape(-1, 3, 10, 10)))
                    .isInstanceOf(TraceException.class)
                    .hasMessageContaining("SequentialBlock/01ParallelBlock/01PtSymbolBlock")
                    .hasMessageContaining("layer of a SequentialBlock");
            Block closed = withHead(onnx.getBlock(), manager);
            assertThatThrownBy(() -> BlockTracer.trace(closed, new Shape(-1, 3, 10, 10)))
                    .isInstanceOf(TraceException.class)
                    .hasMessageContaining("01SequentialBlock/01OrtSymbolBlock")
                    .hasMessageContaining("GraphBlock.open");
        }
    }
}
