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
package io.github.djlquant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.Target;
import io.github.djlquant.testkit.GraphBuilder;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusedModelIT {

    @TempDir private Path folder;

    /** Where it happens only the graph is known. */
    @Test
    void aRefusalInTheMiddleNamesTheFile() throws IOException {
        Path rows = folder.resolve("rows.npz");
        RenderedData.write(rows, 0, 2);
        Path output = folder.resolve("int8.onnx");
        Path huge = folder.resolve("huge.onnx");
        Backend onnx = Backends.forEngine("OnnxRuntime");
        onnx.write(
                GraphBuilder.onnx(17)
                        .input("x", 1, 1, 1 << 15, 1 << 15)
                        .random("w", 1, 1, 3, 3)
                        .node("Conv", "y", "x", "w")
                        .output("y")
                        .build(),
                onnx.target(Target.Name.ANY),
                huge);
        CommandRun run = CommandRun.of("quantize", huge, "-o", output, "--calibrate", rows);
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).contains(huge + ": input x: an input of this shape");
        assertThat(output).doesNotExist();
    }
}
