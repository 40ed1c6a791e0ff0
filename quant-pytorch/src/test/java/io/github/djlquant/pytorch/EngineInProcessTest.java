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
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.RecipeException;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.recipe.QuantizedEngine;
import io.github.djlquant.testkit.LoudSkip;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** libtorch's quantized engines can be chosen, and answer alike. */
class EngineInProcessTest {

    /** 64 products of 1 and 0.25. */
    private static final String LINEAR =
            """
              def forward(self: __torch__.M,
                x: Tensor) -> Tensor:
                w = torch.quantize_per_tensor(torch.mul(torch.ones([4, 64]), 0.25), 0.25, 0, 12)
                p = ops.quantized.linear_prepack(w, None)
                q = torch.quantize_per_tensor(x, 0.5, 10, 13)
                return torch.dequantize(ops.quantized.linear(q, p, 1., 0))
            """;

    @TempDir private Path folder;
    private QuantizedEngine before;

    @BeforeEach
    void remember() {
        Libtorch.engine();
        before = EngineInProcess.current();
    }

    @AfterEach
    void putBack() {
        EngineInProcess.select(before);
    }

    @ParameterizedTest
    @EnumSource
    void everyEngineGivesTheRightAnswer(QuantizedEngine engine) throws IOException {
        EngineInProcess.select(engine);
        assertThat(EngineInProcess.current()).isEqualTo(engine);

        float[] ones = new float[64];
        java.util.Arrays.fill(ones, 1);
        Path file = HandmadeArchive.write(folder.resolve("m.pt"), LINEAR);
        Signature signature =
                new Signature(List.of(new Value("x", ValueType.UNKNOWN)), List.of("y"), null);
        try (PtRunner runner =
                new PtRunner(
                        LoadedModule.load(file, "m.pt"),
                        "m.pt",
                        signature,
                        RunOptions.DEFAULT,
                        false)) {
            float[] answer =
                    runner.run(Map.of("x", Tensor.ofFloats(ones, 1, 64))).get("y").toFloats();
            assertThat(answer).containsExactly(new float[] {16, 16, 16, 16}, within(1e-4f));
        }
    }

    @Test
    void thisLibtorchHasAllOfThem() {
        LoudSkip.unless(System.getProperty("os.arch").equals("amd64"), "this is no x86-64");
        assertThat(EngineInProcess.supported()).containsExactly(QuantizedEngine.values());
    }

    @Test
    void anUnknownNameListsTheKnownOnes() {
        assertThat(EngineInProcess.named(" OneDNN ")).isEqualTo(QuantizedEngine.ONEDNN);
        assertThatThrownBy(() -> EngineInProcess.named("cudnn"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("x86, fbgemm, onednn, qnnpack")
                .hasMessageContaining("cudnn");
    }
}
