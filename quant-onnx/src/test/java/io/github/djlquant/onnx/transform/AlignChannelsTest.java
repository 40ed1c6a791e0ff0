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

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.recipe.Scope;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.scheme.QuantType;
import io.github.djlquant.scheme.TensorScheme;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import io.github.djlquant.testkit.reference.ReferenceRunner;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.equalize.AlignChannels;
import io.github.djlquant.transform.round.PairSafeScale;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlignChannelsTest {

    private static final String BIASES_CORRECTED = "bias shifted by the mean error of its outputs";

    private static GraphBuilder first(long opset) {
        return GraphBuilder.onnx(opset)
                .input("x", 2, 3, 6, 6)
                .random("w", 16, 3, 3, 3)
                .random("b", 16)
                .node("Conv", "c", "x", "w", "b")
                .with("pads", 1, 1, 1, 1);
    }

    /** A depthwise layer between two others, and channels weighted by a function of their means. */
    private static GraphBuilder depthwise(int channels) {
        return GraphBuilder.onnx(17)
                .input("x", 2, 4, 5, 5)
                .random("w", channels, 4, 1, 1)
                .random("b", channels)
                .node("Conv", "c", "x", "w", "b")
                .node("Relu", "r", "c")
                .random("dw", channels, 1, 3, 3)
                .node("Conv", "d", "r", "dw")
                .with("group", channels)
                .with("pads", 1, 1, 1, 1)
                .node("GlobalAveragePool", "m", "d")
                .random("s", channels, channels, 1, 1)
                .random("sb", channels)
                .node("Conv", "f", "m", "s", "sb")
                .node("Sigmoid", "g", "f")
                .node("Mul", "e", "d", "g")
                .random("v", 8, channels, 1, 1)
                .node("Conv", "y", "e", "v");
    }

    private static MiniatureLine line(Graph graph) {
        return MiniatureLine.of(
                graph,
                MiniatureLine.MIN_MAX.withSplitInput(false).withBiasCorrection(true),
                List.of(TransformAssert.feeds(graph, 1)));
    }

    private static TransformAssert align(Graph graph) {
        return TransformAssert.of(new AlignChannels(), line(graph).context()).on(graph);
    }

    private static long[] sizes(Graph graph, String node) {
        String weight = graph.node(node).orElseThrow().input(1);
        return graph.constant(weight).orElseThrow().shape().toArray();
    }

    @Test
    void putsZerosBesideTheNetworksInput() {
        Graph graph = first(17).output("c").build();
        Graph aligned = align(graph).keepsFunction(0).result();
        assertThat(sizes(aligned, "c")).containsExactly(16, 4, 3, 3);
        assertThat(aligned.inputs()).isEqualTo(graph.inputs());
        MiniatureLine line = line(graph);
        assertThat(line.plan().node("x_aligned/Pad").orElseThrow().form())
                .isEqualTo(Form.MOVES_INTEGERS);
        assertThat(line.context().notes())
                .extracting(TransformContext.Note::reason)
                .contains(BIASES_CORRECTED);
    }

    @Test
    void keepsPairsSafeInTheOrderOfThePaddedChannels() {
        Graph graph = first(17).output("c").build();
        QuantParams params = line(graph).plan().value("w_aligned").orElseThrow().params();
        float[] weight = graph.constants().get("w").toFloats();
        for (int o = 0; o < 16; o++) {
            float[] row = new float[36];
            for (int k = 0; k < 9; k++) {
                for (int c = 0; c < 3; c++) {
                    row[k * 4 + c] = weight[(o * 3 + c) * 9 + k];
                }
            }
            assertThat(PairSafeScale.isSafe(row, params.scale(o))).isTrue();
        }
    }

    @Test
    void growsEveryLayerThatADepthwiseLayersChannelsPass() {
        Graph graph = depthwise(24).output("y").build();
        Graph aligned = align(graph).keepsFunction(1e-5).result();
        assertThat(sizes(aligned, "c")).containsExactly(32, 4, 1, 1);
        assertThat(sizes(aligned, "d")).containsExactly(32, 1, 3, 3);
        assertThat(sizes(aligned, "f")).containsExactly(32, 32, 1, 1);
        assertThat(sizes(aligned, "y")).containsExactly(8, 32, 1, 1);
        assertThat(aligned.node("d").orElseThrow().intAttribute("group", 1)).isEqualTo(32);
        assertThat(aligned.nodes()).hasSameSizeAs(graph.nodes());
    }

    @Test
    void quantizesGrownLayersWithTheirBiasesCorrected() {
        Graph graph = depthwise(24).output("y").build();
        MiniatureLine line = line(graph);
        assertThat(line.context().notes())
                .filteredOn(note -> note.reason().equals(BIASES_CORRECTED))
                .extracting(TransformContext.Note::node)
                .containsExactly("c", "d", "f", "y");
        Map<String, Tensor> feeds = TransformAssert.feeds(graph, 1);
        try (ReferenceRunner before = new ReferenceRunner(graph);
                ReferenceRunner after = new ReferenceRunner(line.converted())) {
            assertThat(MiniatureLine.sqnr(before.run(feeds), after.run(feeds))).isGreaterThan(25);
        }
    }

    @Test
    void leavesChannelsAloneThatTheCallerSees() {
        align(depthwise(24).output("y").output("d").build()).doesNotFire();
        align(depthwise(24).output("y").node("Flatten", "z", "r").output("z").build())
                .doesNotFire();
    }

    @Test
    void leavesWeightsAloneThatSeveralLayersRead() {
        align(depthwise(24).node("Conv", "z", "e", "v").output("y").output("z").build())
                .doesNotFire();
    }

    @Test
    void leavesChannelsAloneThatWouldNearlyDouble() {
        align(depthwise(20).output("y").build()).doesNotFire("20 channels would become 32");
    }

    @Test
    void leavesChannelsAloneThatFit() {
        align(depthwise(32).output("y").build()).doesNotFire();
    }

    @Test
    void needsAnOpsetThatPadsIntegers() {
        align(first(12).output("c").build()).doesNotFire("takes floats only");
    }

    @Test
    void padsNoIntegersBeyond8Bits() {
        Graph graph = first(17).output("c").build();
        TransformContext context = line(graph).context();
        context.keep("x", QuantParams.perTensor(wide(), -1, 1));
        TransformAssert.of(new AlignChannels(), context).on(graph).doesNotFire("wider than 8 bits");
    }

    private static TensorScheme wide() {
        return new TensorScheme(
                QuantType.UINT16, TensorScheme.Symmetry.ASYMMETRIC, Granularity.PER_TENSOR);
    }

    @Test
    void obeysTheScope() {
        Graph graph = first(17).output("c").build();
        TransformContext context = line(graph).context();
        TransformContext narrow =
                new TransformContext(
                                context.catalog(),
                                context.recipe()
                                        .withScope(new Scope(List.of(), List.of("c"), List.of())),
                                context.target())
                        .withStatistics(context.statistics().orElseThrow());
        TransformAssert.of(new AlignChannels(), narrow).on(graph).doesNotFire();
    }
}
