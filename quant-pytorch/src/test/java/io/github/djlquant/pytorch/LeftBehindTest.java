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
package io.github.djlquant.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.pytorch.corpus.Corpus;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a caller of the source may use and an artifact does not have is a warning. */
class LeftBehindTest {

    @TempDir private Path folder;

    private List<String> warnings(String name, long... shape) {
        Path source = Corpus.archive(name);
        Graph graph = new PyTorchBackend().read(source);
        QuantizedModel made =
                Quantizer.builder()
                        .optRecipe(Recipe.optimize())
                        .optCalibration(
                                CalibrationData.ofFeeds(
                                        List.of(
                                                Map.of(
                                                        graph.inputs().get(0).name(),
                                                        GraphBuilder.random(
                                                                new Random(1), shape)))))
                        .optLatency(false)
                        .optIgnoreGate(true)
                        .build()
                        .quantize(source, folder.resolve(name + ".pt"));
        return made.warnings();
    }

    @Test
    void parametersThatKeepTheirDefaults() {
        assertThat(warnings("optional_input_scripted", 4, 8))
                .anySatisfy(
                        warning ->
                                assertThat(warning).contains("unlike the source", "mask", "scale"));
    }

    @Test
    void aPlainForwardLeavesNothing() {
        assertThat(warnings("residual_cnn_scripted", 4, 3, 16, 16))
                .noneSatisfy(warning -> assertThat(warning).contains("unlike the source"));
    }
}
