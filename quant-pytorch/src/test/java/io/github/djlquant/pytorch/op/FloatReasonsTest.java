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
package io.github.djlquant.pytorch.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.plan.NodeDecision;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.testkit.GraphBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stays float between two integer layers says why. */
class FloatReasonsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "layer_norm x [8] w b 1e-5 | slower and less accurate than floats",
                "group_norm x 2 w b 1e-5 | slower and less accurate than floats",
                "instance_norm x w b NONE NONE true 0.1 1e-5 | slower and less accurate than floats",
                "softmax x 1 NONE | slower and less accurate than floats",
                "sigmoid x | more accurate, and here faster, on floats",
                "tanh x | more accurate, and here faster, on floats",
                "elu x 1.0 1.0 1.0 | more accurate, and here faster, on floats",
                "gelu x none | more accurate, and here faster, on floats",
                "silu x | more accurate, and here faster, on floats",
                "adaptive_avg_pool2d x [4,4] | no integer kernel of the engine is worth it",
                "pixel_shuffle x 1 | its kernel moves floats only",
                "conv_transpose2d x k NONE [1,1] [0,0] [0,0] 1 [1,1] | wrong or slower than floats",
            })
    void betweenLayers(String call, String reason) {
        String[] words = call.split(" ");
        List<Argument> arguments = new ArrayList<>();
        for (String word : Arrays.copyOfRange(words, 1, words.length)) {
            arguments.add(argument(word));
        }
        AtenLine line =
                AtenLine.of(
                        GraphBuilder.aten()
                                .input("in", 1, 8, 8, 8)
                                .random("w1", 8, 8, 1, 1)
                                .random("k", 8, 8, 1, 1)
                                .random("w", 8)
                                .random("b", 8)
                                .node(convolution("x", "in"))
                                .node(
                                        new Call(new OpType(OpType.ATEN, words[0]), arguments)
                                                .node("f", List.of("f")))
                                .node(convolution("y", "f"))
                                .output("y")
                                .build());
        NodeDecision decision = line.plan().node("f").orElseThrow();
        assertThat(decision.form()).as(call).isEqualTo(Form.FLOAT);
        assertThat(decision.reason()).as(call).contains(reason);
        assertThat(line.plan().node("x").orElseThrow().form()).isEqualTo(Form.INTEGER);
        assertThat(line.plan().node("y").orElseThrow().form()).isEqualTo(Form.INTEGER);
    }

    private static Argument argument(String word) {
        if (word.equals("NONE")) {
            return Argument.NONE;
        } else if (word.equals("none")) {
            return Argument.literal(word);
        } else if (word.equals("true")) {
            return Argument.literal(true);
        } else if (word.startsWith("[")) {
            return Argument.literal(
                    Arrays.stream(word.substring(1, word.length() - 1).split(","))
                            .map(Long::valueOf)
                            .toList());
        } else if (word.matches("[0-9]+")) {
            return Argument.literal(Long.parseLong(word));
        } else if (word.matches("[0-9].*")) {
            return Argument.literal(Double.parseDouble(word));
        }
        return Argument.of(word);
    }

    private static Node convolution(String output, String input) {
        Argument ones = Argument.literal(List.of(1L, 1L));
        return new Call(
                        new OpType(OpType.ATEN, "conv2d"),
                        List.of(
                                Argument.of(input),
                                Argument.of("w1"),
                                Argument.NONE,
                                ones,
                                Argument.literal(List.of(0L, 0L)),
                                ones,
                                Argument.literal(1L)))
                .node(output, List.of(output));
    }
}
