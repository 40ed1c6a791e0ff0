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

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.GateException;
import io.github.djlquant.ModelFormatException;
import io.github.djlquant.OutputException;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationCancelledException;
import io.github.djlquant.RecipeException;
import io.github.djlquant.UnsupportedModelException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class FailuresTest {

    static Stream<Arguments> failuresOnPurpose() {
        Problem problem = Problem.of("it went wrong").in("model.onnx").next("Do this");
        return Stream.of(
                Arguments.of(new RecipeException(problem), 2),
                Arguments.of(new OutputException(problem, null), 2),
                Arguments.of(new ModelFormatException(problem), 3),
                Arguments.of(new UnsupportedModelException(problem), 3),
                Arguments.of(new CalibrationException(problem), 4),
                Arguments.of(new GateException(problem), 5));
    }

    @ParameterizedTest
    @MethodSource("failuresOnPurpose")
    void tellsEachKindByItsExitCodeAndOneLine(Exception failure, int code) {
        CommandRun run = failing(failure);
        assertThat(run)
                .isEqualTo(
                        new CommandRun(
                                code, "", lines("djl-quant: model.onnx: it went wrong. Do this")));
    }

    @Test
    void cancellationIsNoMistakeWhateverItBreaks() {
        CommandRun cancelled = new CommandRun(130, "", lines("djl-quant: cancelled"));
        assertThat(failing(new QuantizationCancelledException(Problem.of("interrupted"))))
                .isEqualTo(cancelled);
        Thread.currentThread().interrupt();
        try {
            assertThat(failing(new ModelFormatException(Problem.of("the engine is gone"))))
                    .isEqualTo(cancelled);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void putsAMessageOfSeveralLinesOnOne() {
        CommandRun run = failing(new GateException(Problem.of("worst layers:\n  a\r\n  b\n")));
        assertThat(run.err()).isEqualTo(lines("djl-quant: worst layers: | a | b"));
    }

    @Test
    void hidesTheStackTraceOfAMistakeAndTellsHowToSeeIt() {
        CommandRun run = failing(new IllegalStateException("broken inside"));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .contains("IllegalStateException: broken inside", "--verbose");
    }

    @Test
    void showsTheStackTraceWhenAsked() {
        CommandRun run = failing(new IllegalStateException("broken inside"), "--verbose");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("at " + FailuresTest.class.getName());
    }

    @ParameterizedTest
    @MethodSource("failuresOnPurpose")
    void tellsEachKindAsJsonWhereJsonIsAskedFor(Exception failure, int code) {
        CommandRun run = failing(failure, "--json");
        assertThat(run.code()).isEqualTo(code);
        assertThat(run.err()).isEmpty();
        JsonObject error = JsonParser.parseString(run.out()).getAsJsonObject();
        assertThat(error.keySet()).containsExactly("error");
        error = error.getAsJsonObject("error");
        assertThat(error.get("exitCode").getAsInt()).isEqualTo(code);
        assertThat(error.get("kind").getAsString())
                .isEqualTo(List.of("usage", "model", "data", "gate").get(code - 2));
        assertThat(error.get("message").getAsString())
                .isEqualTo("model.onnx: it went wrong. Do this");
        assertThat(error.get("what").getAsString()).isEqualTo("it went wrong");
        assertThat(error.get("file").getAsString()).isEqualTo("model.onnx");
        assertThat(error.get("place").isJsonNull()).isTrue();
        assertThat(error.get("next").getAsString()).isEqualTo("Do this");
    }

    @Test
    void tellsMistakesAndUnreadableCommandLinesAsJsonToo() {
        CommandRun mistake = failing(new IllegalStateException("broken inside"), "--json");
        assertThat(mistake.code()).isEqualTo(1);
        assertThat(mistake.out()).contains("\"kind\": \"unexpected\"", "broken inside");
        CommandRun run = CommandRun.of("quantize", "--json", "--colour");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).isEmpty();
        assertThat(JsonParser.parseString(run.out()).getAsJsonObject().getAsJsonObject("error"))
                .asString()
                .contains("\"kind\":\"usage\"", "--output");
    }

    private static CommandRun failing(Exception failure, String... options) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] words =
                Stream.concat(Stream.of("fail"), Stream.of(options)).toArray(String[]::new);
        int code =
                Main.commandLine()
                        .addSubcommand(new Fail(failure))
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(words);
        return new CommandRun(code, out.toString(), err.toString());
    }

    private static String lines(String line) {
        return line + System.lineSeparator();
    }

    /** Throws what it was given. */
    @Command(name = "fail")
    static final class Fail implements Callable<Integer> {
        private final Exception failure;

        @Option(names = "--json")
        void setJson(boolean json) {
            assertThat(json).isTrue();
        }

        Fail(Exception failure) {
            this.failure = failure;
        }

        @Override
        public Integer call() throws Exception {
            throw failure;
        }
    }
}
