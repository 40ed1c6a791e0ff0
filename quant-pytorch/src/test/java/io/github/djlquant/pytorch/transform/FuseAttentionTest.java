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
package io.github.djlquant.pytorch.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.backend.CpuClass;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.op.AtenOpCatalog;
import io.github.djlquant.pytorch.write.AtenGraph;
import io.github.djlquant.pytorch.write.LoadedArchive;
import io.github.djlquant.pytorch.write.TorchScriptWriter;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.transform.TransformContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FuseAttentionTest {

    private static final Target ANY = new Target("any", null, true, "2.7.1");

    @TempDir private Path folder;

    private static AtenGraph scores(Object first, Object second) {
        return new AtenGraph("M")
                .input("q")
                .input("k")
                .input("v")
                .input("mask")
                .constant("c", Tensor.ofFloat(2.5f))
                .call("aten::transpose", "kt", "k", first, second)
                .call("aten::matmul", "s", "q", "kt");
    }

    private static Graph attention(String scaling, boolean masked, int axis) {
        AtenGraph graph = scores(-1, -2);
        String scaled = scaling.isEmpty() ? "s" : "d";
        if (!scaling.isEmpty()) {
            graph.call(scaling, "d", "s", "c");
        }
        if (masked) {
            graph.call("aten::add", "m", scaled, "mask");
        }
        return graph.call("aten::softmax", "p", masked ? "m" : scaled, axis, null)
                .call("aten::matmul", "y", "p", "v")
                .output("y");
    }

    private static Graph fuse(Graph graph) {
        return new FuseAttention()
                .apply(
                        graph,
                        new TransformContext(AtenOpCatalog.catalog(), Recipe.dynamicInt8(), ANY));
    }

    @Test
    void whatIsToAnswerTheSameEverywhereKeepsItsAttention() {
        Target here = new Target("here", CpuClass.X86_VNNI, false, "2.7.1");
        TransformContext any =
                new TransformContext(AtenOpCatalog.catalog(), Recipe.dynamicInt8(), ANY);
        TransformContext tuned =
                new TransformContext(AtenOpCatalog.catalog(), Recipe.dynamicInt8(), here);
        assertThat(new FuseAttention().requires(any)).isFalse();
        assertThat(new FuseAttention().requires(tuned)).isTrue();
    }

    @Test
    void allFormsComputeTheSame() throws IOException {
        for (String scaling : new String[] {"", "aten::div", "aten::mul"}) {
            for (boolean masked : new boolean[] {false, true}) {
                Graph graph = attention(scaling, masked, -1);
                Graph fused = fuse(graph);

                assertThat(fused.nodes())
                        .singleElement()
                        .satisfies(
                                n ->
                                        assertThat(n.op().name())
                                                .isEqualTo("scaled_dot_product_attention"));
                float[] expected = run(graph);
                float[] actual = run(fused);
                for (int i = 0; i < expected.length; i++) {
                    assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
                }
            }
        }
    }

    @Test
    void anotherAxisDoesNotFire() {
        Graph graph = attention("aten::div", true, 1);

        assertThat(fuse(graph)).isSameAs(graph);
    }

    @Test
    void scoresThatSomethingElseReadsDoNotFire() {
        Graph graph =
                scores(-1, -2)
                        .call("aten::softmax", "p", "s", -1, null)
                        .call("aten::matmul", "y", "p", "v")
                        .output("y", "s");

        assertThat(fuse(graph)).isSameAs(graph);
    }

    @Test
    void otherAxesThanTheLastTwoDoNotFire() {
        Graph graph =
                scores(1, 2)
                        .call("aten::softmax", "p", "s", -1, null)
                        .call("aten::matmul", "y", "p", "v")
                        .output("y");

        assertThat(fuse(graph)).isSameAs(graph);
    }

    private float[] run(Graph graph) throws IOException {
        Path file = Files.createTempFile(folder, "attention", ".pt");
        TorchScriptWriter.write(graph, ANY, file);
        Random random = new Random(3);
        try (LoadedArchive loaded = new LoadedArchive(file)) {
            return loaded.run(
                            normal(random, 2, 3, 5, 8),
                            normal(random, 2, 3, 7, 8),
                            normal(random, 2, 3, 7, 4),
                            normal(random, 2, 1, 1, 7))
                    .get(0);
        }
    }

    private static Tensor normal(Random random, int... sizes) {
        int count = 1;
        long[] shape = new long[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            count *= sizes[i];
            shape[i] = sizes[i];
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.ofFloats(values, shape);
    }
}
