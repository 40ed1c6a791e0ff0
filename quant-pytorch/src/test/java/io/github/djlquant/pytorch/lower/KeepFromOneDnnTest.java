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
package io.github.djlquant.pytorch.lower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.backend.CpuClass;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.pytorch.archive.PackedParameters.Window;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeepFromOneDnnTest {

    private static final Target ANY = new Target("any", null, true, "2.7.1");
    private static final Target VNNI = new Target("here", CpuClass.X86_VNNI, false, "2.7.1");

    @Test
    void theChannelWithMostRoomMovesAndStandsForTheSameWeights() {
        int[] integers = {-100, -28, 3, 4, -60, 9, -66, 1};
        PackedWeights kept = apply(graph(integers, false), ANY);
        assertThat(kept.weight().toInts()).containsExactly(-100, -28, 3, 4, -61, 8, -67, 0);
        assertThat(kept.zeroPoints().toLongs()).containsExactly(0, -1);
        assertThat(reals(kept)).containsExactly(reals(packed(graph(integers, false))), within(0f));
    }

    @Test
    void withoutRoomOneChannelIsRoundedCoarser() {
        int[] integers = {-100, -28, 3, 4, -64, -64, 127, 1};
        PackedWeights kept = apply(graph(integers, false), ANY);
        assertThat(kept.zeroPoints().toLongs()).containsExactly(-1, 0);
        float[] before = reals(packed(graph(integers, false)));
        assertThat(reals(kept)).containsExactly(before, within(0.52f));
        int[] moved = kept.weight().toInts();
        assertThat(moved[0] + moved[1]).isGreaterThanOrEqualTo(-128);
    }

    @Test
    void aNamedCpuTakesTheFasterLibrary() {
        Graph graph = graph(new int[] {1, 2, 3, 4, 5, 6, 7, 8}, false);
        assertThat(KeepFromOneDnn.apply(graph, VNNI)).isSameAs(graph);
    }

    @Test
    void transposedConvolutionsMoveAsAWholeForEveryTarget() {
        int[] integers = {1, -127, 3, 4, 5, 6, 127, 0};
        for (Target target : List.of(ANY, VNNI)) {
            PackedWeights kept = apply(graph(integers, true), target);
            assertThat(kept.weight().toInts()).containsExactly(0, -128, 2, 3, 4, 5, 126, -1);
            assertThat(kept.zeroPoints().toLongs()).containsExactly(-1);
            assertThat(reals(kept))
                    .containsExactly(reals(packed(graph(integers, true))), within(0f));
        }
    }

    @Test
    void whatCannotMoveStays() {
        Graph graph = graph(new int[] {1, -128, 3, 4, 5, 6, 7, 8}, true);
        assertThat(KeepFromOneDnn.apply(graph, ANY)).isSameAs(graph);
    }

    private static PackedWeights apply(Graph graph, Target target) {
        return packed(KeepFromOneDnn.apply(graph, target));
    }

    private static PackedWeights packed(Graph graph) {
        return PackedWeights.of(graph, graph.nodes().get(0)).orElseThrow();
    }

    private static float[] reals(PackedWeights weights) {
        int[] integers = weights.weight().toInts();
        float[] scales = weights.scales().toFloats();
        long[] zeroPoints = weights.zeroPoints().toLongs();
        float[] reals = new float[integers.length];
        int length = integers.length / scales.length;
        for (int i = 0; i < reals.length; i++) {
            reals[i] = scales[i / length] * (integers[i] - zeroPoints[i / length]);
        }
        return reals;
    }

    private static Graph graph(int[] integers, boolean transposed) {
        GraphEditor editor =
                new Graph(
                                "g",
                                List.of(),
                                List.of(new Value("packed", ValueType.UNKNOWN)),
                                List.of(),
                                Map.of(),
                                Map.of(),
                                Map.of(),
                                Map.of(),
                                Map.of())
                        .edit();
        List<String> constants =
                List.of(
                        editor.newConstant("w", Tensor.ofInts(DataType.INT8, integers, 2, 4, 1, 1)),
                        editor.newConstant("s", scales(transposed)),
                        editor.newConstant(
                                "z",
                                Tensor.ofLongs(new long[transposed ? 1 : 2], transposed ? 1 : 2)),
                        "");
        Window window =
                new Window(
                        List.of(1L, 1L),
                        List.of(0L, 0L),
                        List.of(1L, 1L),
                        List.of(0L, 0L),
                        1,
                        transposed);
        Node node =
                PackedWeights.node(
                        "pack",
                        PackedWeights.Kind.CONVOLUTION,
                        constants,
                        0,
                        Optional.of(window),
                        "packed");
        return editor.put(node).build();
    }

    /** Transposed convolutions take one scale. */
    private static Tensor scales(boolean transposed) {
        return transposed
                ? Tensor.ofFloats(new float[] {1}, 1)
                : Tensor.ofFloats(new float[] {1, 2}, 2);
    }
}
