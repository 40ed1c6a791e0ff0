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

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo, as a newcomer runs it. */
class DemoCommandIT {

    @TempDir private Path folder;

    @Test
    void theDemoPrintsItsTableAndKeepsItsModels() throws IOException {
        Path kept = folder.resolve("kept");
        CommandRun run = CommandRun.of("demo", "--keep", kept);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("top-1", "flips", "SQNR", "float", "int8, any", "int8, here")
                .contains("QLinearConv");
        assertThat(run.out()).contains("The report, for a browser: " + kept.resolve("report.html"));
        assertThat(kept.resolve("report.html"))
                .content()
                .contains("static-int8, here", "Changed answers", "djl-quant demo");
        assertThat(kept.resolve("shapes_cnn-int8-any.onnx")).isRegularFile();
        assertThat(kept.resolve("shapes_cnn-int8-here.onnx")).isRegularFile();
        CommandRun again = CommandRun.of("demo", "--keep", kept);
        assertThat(again.code()).isEqualTo(2);
        assertThat(again.err()).contains("exists already");
    }
}
