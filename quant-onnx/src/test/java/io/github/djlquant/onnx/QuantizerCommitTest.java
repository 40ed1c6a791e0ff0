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
package io.github.djlquant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.GateException;
import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.RecipeException;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.GateThresholds;
import io.github.djlquant.recipe.Recipe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The last step of a run: the artifact and its description take their names. */
class QuantizerCommitTest {

    @TempDir Path folder;
    private Path source;
    private Path output;

    @BeforeEach
    void writeModel() {
        source = OneProduct.write(folder.resolve("float.onnx"));
        output = folder.resolve("int8.onnx");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void bothFilesAppear() throws IOException {
        quantize(CalibrationData.ofFeeds(OneProduct.rows()));
        assertThat(names()).containsExactly("float.onnx", "int8.onnx", "int8.onnx.quant.json");
    }

    @Test
    void withoutItsDescriptionThereIsNoArtifact() throws IOException {
        Files.createDirectory(folder.resolve("int8.onnx.quant.json"));
        assertThatThrownBy(() -> quantize(CalibrationData.ofFeeds(OneProduct.rows())))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("int8.onnx.quant.json");
        assertThat(names()).containsExactly("float.onnx", "int8.onnx.quant.json");
    }

    @Test
    void doesNotReplaceWhatAppearedMeanwhile() throws IOException {
        Iterable<Map<String, Tensor>> slow =
                () -> {
                    try {
                        Files.writeString(output, "of somebody else");
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    return OneProduct.rows().iterator();
                };
        assertThatThrownBy(() -> quantize(CalibrationData.ofFeeds(slow)))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("exists already");
        assertThat(output).hasContent("of somebody else");
        assertThat(names()).containsExactly("float.onnx", "int8.onnx");
    }

    @Test
    void aSingleLayerThatItsGateRefusesIsSaidToBe() throws IOException {
        Quantizer.Builder strict =
                Quantizer.builder()
                        .optRecipe(Recipe.staticInt8().withGate(new GateThresholds(0, 1, 0)))
                        .optCalibration(CalibrationData.ofFeeds(OneProduct.rows()))
                        .optLatency(false);
        assertThatThrownBy(() -> strict.build().quantize(source, output))
                .isInstanceOf(GateException.class);
        assertThat(names()).containsExactly("float.onnx");
        QuantizedModel forced = strict.optIgnoreGate(true).build().quantize(source, output);
        assertThat(forced.evaluation().cosine()).isLessThan(1);
        assertThat(names()).contains("int8.onnx");
    }

    private void quantize(CalibrationData data) {
        Quantizer.builder().optCalibration(data).optLatency(false).build().quantize(source, output);
    }
}
