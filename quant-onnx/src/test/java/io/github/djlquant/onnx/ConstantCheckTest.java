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

import io.github.djlquant.Quantizer;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Target;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Constants that are no weights and make every result NaN. */
class ConstantCheckTest {

    @TempDir Path folder;
    private Path source;

    @BeforeEach
    void name() {
        source = folder.resolve("float.onnx");
    }

    private void write(GraphBuilder graph) {
        OnnxBackend backend = new OnnxBackend();
        backend.write(graph.output("y").build(), backend.target(Target.Name.ANY), source);
    }

    private void quantize() {
        Quantizer.builder()
                .optRecipe(Recipe.optimize())
                .optLatency(false)
                .build()
                .quantize(source, folder.resolve("int8.onnx"));
    }

    private void writeSum(float... bias) {
        write(
                GraphBuilder.onnx(17)
                        .input("x", -1, 4)
                        .random("w", 4, 4)
                        .node("MatMul", "m", "x", "w")
                        .floats("b", bias)
                        .node("Add", "y", "m", "b"));
    }

    private void writeNorm(float... variance) {
        write(
                GraphBuilder.onnx(17)
                        .input("x", -1, 4)
                        .random("w", 4, 4)
                        .node("MatMul", "m", "x", "w")
                        .floats("gamma", 1, 1, 1, 1)
                        .floats("beta", 0, 0, 0, 0)
                        .floats("mean", 0, 0, 0, 0)
                        .floats("var", variance)
                        .node("BatchNormalization", "y", "m", "gamma", "beta", "mean", "var"));
    }

    private void assertRefused(String... parts) {
        assertThatThrownBy(this::quantize)
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("float.onnx")
                .hasMessageContainingAll(parts);
        assertThat(folder.resolve("int8.onnx")).doesNotExist();
    }

    @Test
    void namesTheNodeThatAddsNaN() {
        writeSum(Float.NEGATIVE_INFINITY, 0, Float.NaN, 0);
        assertRefused("constant b", "NaN at element 2");
    }

    @Test
    void masksOfInfinityAreLegal() {
        writeSum(Float.NEGATIVE_INFINITY, 0, 0, 0);
        quantize();
        assertThat(folder.resolve("int8.onnx")).exists();
    }

    @Test
    void namesTheNormWithoutAVariance() {
        writeNorm(1, Float.NaN, 1, 1);
        assertRefused("constant var", "NaN at element 1");
        writeNorm(1, 1, 1, -0.5f);
        assertRefused("constant var", "-0.5 at element 3", "a variance of 0 or more");
    }

    @Test
    void aVarianceThatEpsilonMakesUpForIsLegal() {
        writeNorm(1, 1, 1, -1e-7f);
        quantize();
        assertThat(folder.resolve("int8.onnx")).exists();
    }
}
