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
package io.github.djlquant.pytorch.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Target;
import io.github.djlquant.pytorch.corpus.Corpus;
import io.github.djlquant.pytorch.write.TorchScriptWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Archives read as graphs and written anew compute in the engine what they computed before. */
class CorpusReadingIT {

    private static final Target ANY = new Target("any", null, true, "2.7.1");

    /** What no graph can say, and the words of the refusal. */
    private static final Map<String, String> REFUSED =
            Map.of(
                    "buffers_scripted", "a parameter or buffer is changed",
                    "plain_classes_scripted", "an object is made",
                    "refinements_scripted", "tolist",
                    "quantized_dynamic_scripted", "quantized already",
                    "quantized_static_scripted", "quantized already",
                    "quantized_static_traced", "quantized already",
                    "quantized_tensors_scripted", "quantized already");

    /**
     * Views are written as plain tensors, and recurrent kernels add in another order where a weight
     * asks for no gradient.
     */
    private static final Set<String> ROUNDED =
            Set.of(
                    "weights_as_views_scripted",
                    "weights_as_views_traced",
                    "gru_scripted",
                    "gru_traced");

    private static final String RANDOM = "random_scripted";

    @TempDir Path folder;

    static List<String> read() {
        return Corpus.names().stream()
                .filter(name -> !REFUSED.containsKey(name) && !name.equals(RANDOM))
                .toList();
    }

    static Set<String> refused() {
        return REFUSED.keySet();
    }

    @ParameterizedTest
    @MethodSource("read")
    void graphsComputeTheSame(String name) throws Exception {
        Path written = folder.resolve("written.pt");
        TorchScriptWriter.write(TorchScriptReader.read(Corpus.archive(name)), ANY, written);

        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList before = Corpus.run(Corpus.archive(name), name, manager);
            NDList after = Corpus.run(written, name, manager);
            assertThat(after).hasSameSizeAs(before);
            for (int i = 0; i < before.size(); i++) {
                assertThat(after.get(i).getName()).isEqualTo(before.get(i).getName());
                assertThat(after.get(i).getShape()).isEqualTo(before.get(i).getShape());
                assertThat(after.get(i).getDataType()).isEqualTo(before.get(i).getDataType());
                if (ROUNDED.contains(name)) {
                    assertClose(after.get(i), before.get(i));
                } else {
                    assertThat(after.get(i).toByteArray()).isEqualTo(before.get(i).toByteArray());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatNoGraphCanSayIsRefused(String name) {
        assertThatThrownBy(() -> TorchScriptReader.read(Corpus.archive(name)))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining(name + ".pt")
                .hasMessageContaining(REFUSED.get(name))
                .hasMessageContaining("expected")
                .hasMessageContaining("found");
    }

    private static void assertClose(NDArray got, NDArray want) {
        double[] actual = got.toType(DataType.FLOAT64, true).toDoubleArray();
        double[] expected = want.toType(DataType.FLOAT64, true).toDoubleArray();
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(2e-6));
        }
    }
}
