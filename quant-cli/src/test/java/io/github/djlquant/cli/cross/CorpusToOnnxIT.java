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
package io.github.djlquant.cli.cross;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.onnx.OnnxBackend;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Archives of the corpus, crossed to ONNX, compute in ONNX Runtime what libtorch computes. */
class CorpusToOnnxIT {

    private static final Logger LOG = LoggerFactory.getLogger(CorpusToOnnxIT.class);

    /** Refused by the reader, whatever is to be made of them. */
    private static final Set<String> UNREAD =
            Set.of(
                    "buffers_scripted",
                    "plain_classes_scripted",
                    "quantized_static_scripted",
                    "quantized_static_traced",
                    "refinements_scripted");

    /** What has no counterpart, and the words of the refusal. */
    private static final Map<String, String> REFUSED = refused();

    /** The runtime rounds half floats after other steps than libtorch. */
    private static final double HALF = 2e-3;

    /** The runtime computes on integers, whose ties fall to the other side now and then. */
    private static final double ROUNDED = 0.02;

    private static Map<String, String> refused() {
        Map<String, String> refused = new TreeMap<>();
        for (String name : List.of("bfloat16_scripted", "bfloat16_traced")) {
            refused.put(name, "libtorch's element type 15");
        }
        for (String name : List.of("complex_numbers_scripted", "complex_numbers_traced")) {
            refused.put(name, "aten::fft_rfft (1, such as node fft_rfft)");
        }
        for (String name : List.of("element_types_scripted", "element_types_traced")) {
            refused.put(name, "aten::view_as_real");
        }
        for (String name : List.of("embedding_bag_scripted", "embedding_bag_traced")) {
            refused.put(name, "aten::embedding_bag");
        }
        for (String name : List.of("packed_sequence_scripted", "packed_sequence_traced")) {
            refused.put(name, "aten::_pack_padded_sequence");
        }
        refused.put("einsum_scripted", "the number of axes of %a is not known");
        refused.put("format_scripted", "a number is expected");
        refused.put("in_place_scripted", "the number of axes of %changed_3 is not known");
        refused.put("loops_scripted", "a list grows with each of its rounds");
        refused.put("norms_scripted", "the number of axes of %local/div1 is not known");
        refused.put("optional_input_scripted", "its two ways hand on things of different kinds");
        refused.put("quantized_dynamic_scripted", "quantized::linear_dynamic");
        refused.put("quantized_tensors_scripted", "aten::quantize_per_tensor");
        refused.put("random_scripted", "aten::bernoulli");
        refused.put("transformer_scripted", "its two ways hand on things of different kinds");
        refused.put("transformer_traced", "aten::_transformer_encoder_layer_fwd");
        return refused;
    }

    static List<String> crossed() {
        List<String> names =
                CrossedArchive.names().stream()
                        .filter(name -> !UNREAD.contains(name) && !REFUSED.containsKey(name))
                        .toList();
        LOG.warn("{} of {} archives cross to ONNX", names.size(), CrossedArchive.names().size());
        return names;
    }

    static Set<String> refusals() {
        return REFUSED.keySet();
    }

    @ParameterizedTest
    @MethodSource("crossed")
    void computesTheSame(String name) {
        Graph source = CrossedArchive.read(name);
        Graph crossed = new OnnxBackend().adopt(source);
        double tolerance = name.startsWith("half") ? HALF : name.startsWith("qat") ? ROUNDED : 1e-5;
        CrossedArchive.assertSame(source, crossed, name, tolerance);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void tellsWhatDoesNotCross(String name) {
        Graph source = CrossedArchive.read(name);
        assertThatThrownBy(() -> new OnnxBackend().adopt(source))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("of this model have no ")
                .hasMessageContaining(REFUSED.get(name));
    }

    @Test
    void keepsOpenExtentsOpen() {
        Graph crossed = new OnnxBackend().adopt(CrossedArchive.read("attention_traced"));
        assertThat(crossed.inputs()).hasToString("[%x: float[?,?,?]]");
        assertThat(crossed.nodes()).noneMatch(node -> node.op().isOnnx("Shape"));
    }
}
