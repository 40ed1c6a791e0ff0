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

import io.github.djlquant.Version;
import java.util.List;
import org.junit.jupiter.api.Test;

class MainTest {

    @Test
    void helpNamesCommandsExitCodesAndWhereToStart() {
        CommandRun run = CommandRun.of("--help");
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("quantize", "inspect", "compare", "demo", "130", "djl-quant demo");
    }

    @Test
    void noExampleIsBrokenByTheWidthOfATerminal() {
        assertThat(Main.commandLine().getSubcommands().values())
                .hasSizeGreaterThan(5)
                .flatExtracting(
                        command -> List.of(command.getCommandSpec().usageMessage().footer()))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void withoutACommandItShowsTheHelpAndFails() {
        CommandRun run = CommandRun.of();
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Usage:", "quantize");
    }

    @Test
    void aMistypedCommandIsRefusedWithASuggestion() {
        CommandRun run = CommandRun.of("quantise", "model.onnx");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .contains("'quantise'", "did you mean", "quantize");
    }

    @Test
    void versionNamesTheProgram() {
        CommandRun run = CommandRun.of("--version");
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("djl-quant " + Version.current()).contains("Java ");
    }
}
