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

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Execution;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.plan.NodeDecision;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.RealFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dynamic quantization through the front door. */
class DynamicInt8IT {

    @TempDir Path folder;

    private static Quantizer quantizer() {
        return Quantizer.builder().optRecipe(Recipe.dynamicInt8()).optLatency(false).build();
    }

    @Test
    void quantizesASentenceEncoderWithoutData() throws Exception {
        Path source = RealFiles.find("minilm/minilm_l6_v2.onnx");
        Path output = folder.resolve("int8.onnx");
        QuantizedModel model = quantizer().quantize(source, output);
        assertThat(Files.size(output)).isLessThan(23_300_000);
        assertThat(model.execution().kernels())
                .as("36 products with weights; 12 products of activations")
                .filteredOn(Execution.Kernel::int8)
                .hasSize(36);
        assertThat(model.evaluation().cosine()).isGreaterThan(0.98);
        assertThat(model.plan().nodes())
                .as("a token meets each of 10.6 million weights once")
                .extracting(NodeDecision::macs)
                .satisfies(
                        macs ->
                                assertThat(macs.stream().mapToLong(Long::longValue).sum())
                                        .isGreaterThanOrEqualTo(6L * 12 * 384 * 384));
        assertThat(model.warnings()).isEmpty();
    }

    @Test
    void sendsConvolutionalModelsToStaticQuantization() {
        Path source = RealFiles.find("cifar10/resnet20_cifar10.onnx");
        Path output = folder.resolve("int8.onnx");
        assertThatThrownBy(() -> quantizer().quantize(source, output))
                .as("its head has 640 weights")
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("convolutions slower")
                .hasMessageContaining("static-int8");
        assertThat(output).doesNotExist();
    }

    @Test
    void warnsWhereMostOfTheWorkIsConvolutions() {
        Path source = folder.resolve("conv.onnx");
        OnnxBackend backend = new OnnxBackend();
        backend.write(
                GraphBuilder.onnx(17)
                        .input("x", 1, 16, 16, 16)
                        .random("w", 16, 16, 3, 3)
                        .node("Conv", "c", "x", "w")
                        .node("Flatten", "f", "c")
                        .random("v", 3136, 32)
                        .node("MatMul", "y", "f", "v")
                        .output("y")
                        .build(),
                backend.target(io.github.djlquant.backend.Target.Name.ANY),
                source);
        assertThat(quantizer().quantize(source, folder.resolve("int8.onnx")).warnings())
                .hasSize(1)
                .allSatisfy(warning -> assertThat(warning).contains("convolutions", "static-int8"));
    }

    /** Where extents are open no work is known, but there are convolutions all the same. */
    @ParameterizedTest
    @ValueSource(longs = {2, -1})
    void refusesAModelWithNothingToQuantize(long extent) {
        Path source = folder.resolve("conv.onnx");
        OnnxBackend backend = new OnnxBackend();
        backend.write(
                GraphBuilder.onnx(17)
                        .input("x", 1, 1, extent, extent)
                        .constant("w", Tensor.ofFloats(new float[] {2}, 1, 1, 1, 1))
                        .node("Conv", "y", "x", "w")
                        .output("y")
                        .build(),
                backend.target(io.github.djlquant.backend.Target.Name.ANY),
                source);
        Path output = folder.resolve("int8.onnx");
        assertThatThrownBy(() -> quantizer().quantize(source, output))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("makes convolutions slower")
                .hasMessageContaining("static-int8");
        assertThat(output).doesNotExist();
    }
}
