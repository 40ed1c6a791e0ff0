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
package io.github.djlquant.onnx.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.Execution;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.recipe.Fusion;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import io.github.djlquant.transform.TransformContext;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeclareShapesTest {

    @TempDir Path folder;

    private static TransformAssert declare() {
        return TransformAssert.of(new DeclareShapes(), OnnxOpCatalog.catalog());
    }

    @ParameterizedTest
    @CsvSource({"11,COMPUTED", "17,COMPUTED", "17,CONSTANT"})
    void letsTheRuntimeMergeResidualSumsAndNorms(long opset, TransformerLayer.Heads heads) {
        Graph graph = TransformerLayer.of(opset, heads);
        Graph declared = declare().on(graph).result();
        assertThat(declared.nodes()).isEqualTo(graph.nodes());
        assertThat(declared.type("sum1")).hasToString("float[batch,length,8]");
        assertThat(declared.type("scores")).hasToString("?");

        Graph quantized = DynamicLine.of(graph).converted();
        Path file = folder.resolve("layer.onnx");
        Target any = new OnnxBackend().target(Target.Name.ANY);
        new OnnxBackend().write(quantized, any, file);
        assertThat(new OnnxBackend().explain(file).kernels())
                .extracting(Execution.Kernel::op)
                .filteredOn(op -> op.endsWith("SkipLayerNormalization"))
                .hasSize(2);
    }

    @Test
    void leavesImagesAlone() {
        declare()
                .on(
                        GraphBuilder.onnx(17)
                                .input("x", -1, 4, 6, 6)
                                .node("Relu", "r", "x")
                                .node("Add", "y", "x", "r")
                                .output("y")
                                .build())
                .doesNotFire();
    }

    @Test
    void leavesSequencesWithoutResidualSumsAlone() {
        declare()
                .on(
                        GraphBuilder.onnx(17)
                                .input("x", -1, 4, 6)
                                .floats("b", 1)
                                .node("Relu", "r", "x")
                                .node("Add", "s", "b", "r")
                                .node("Relu", "y", "s")
                                .output("y")
                                .build())
                .doesNotFire();
    }

    @Test
    void isSwitchedOffByTheRecipe() {
        TransformContext none =
                new TransformContext(
                        OnnxOpCatalog.catalog(),
                        Recipe.dynamicInt8().withFusion(Fusion.NONE),
                        MiniatureLine.ANY);
        TransformAssert.of(new DeclareShapes(), none)
                .on(TransformerLayer.of(17, TransformerLayer.Heads.COMPUTED))
                .doesNotFire();
    }
}
