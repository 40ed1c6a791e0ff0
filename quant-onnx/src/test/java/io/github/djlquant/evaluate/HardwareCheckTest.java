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
package io.github.djlquant.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.CpuClass;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Artifacts of other makers, which don't say for which CPU they are. */
class HardwareCheckTest {

    @TempDir private Path folder;

    private HardwareCheck check(CpuClass cpu, int weight) {
        OnnxBackend backend = new OnnxBackend();
        Path file = folder.resolve("foreign.onnx");
        backend.write(
                GraphBuilder.onnx(17)
                        .input("x", 1, 4)
                        .constant("s", Tensor.ofFloat(0.01f))
                        .constant("z", Tensor.ofInts(DataType.UINT8, new int[] {128}))
                        .node("QuantizeLinear", "q", "x", "s", "z")
                        .node("DequantizeLinear", "d", "q", "s", "z")
                        .constant(
                                "w",
                                Tensor.ofInts(DataType.INT8, new int[] {1, weight, 0, -3}, 4, 1))
                        .node("DequantizeLinear", "wd", "w", "s")
                        .node("MatMul", "y", "d", "wd")
                        .output("y")
                        .build(),
                backend.target(Target.Name.ANY),
                file);
        String before = System.getProperty(CpuClass.PROPERTY);
        System.setProperty(CpuClass.PROPERTY, cpu.text());
        try {
            return HardwareCheck.of(file);
        } finally {
            if (before == null) {
                System.clearProperty(CpuClass.PROPERTY);
            } else {
                System.setProperty(CpuClass.PROPERTY, before);
            }
        }
    }

    @Test
    void largeWeightsAreAHazardWithoutDotProducts() {
        HardwareCheck check = check(CpuClass.X86_AVX2, -100);
        assertThat(check.hazard().orElseThrow())
                .startsWith("1 layer has 8-bit weights beyond 64")
                .contains("quantize the float model with the target any");
        assertThat(check.remarks()).contains(check.hazard().orElseThrow());
        assertThat(check(CpuClass.X86_AVX2, 64).hazard()).isEmpty();
        assertThat(check(CpuClass.X86_VNNI, -100).hazard()).isEmpty();
        assertThat(check(CpuClass.ARM64, -100).hazard()).isEmpty();
    }
}
