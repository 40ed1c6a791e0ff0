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

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.github.djlquant.GateException;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.evaluate.EvaluationJson;
import io.github.djlquant.report.TerminalText;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns every failure into one line for people and a number for scripts; with {@code --json} into a
 * JSON document in place of the result.
 */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

    /** The switches are looked up by name: an unreadable command line has no parsed options. */
    private static final String VERBOSE = "--verbose";

    private static final String JSON = "--json";

    @Override
    public int handleParseException(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        StringBuilder line = new StringBuilder(failure.getMessage());
        if (failure instanceof UnmatchedArgumentException unmatched) {
            List<String> suggestions = unmatched.getSuggestions();
            if (!suggestions.isEmpty()) {
                line.append("; did you mean ").append(String.join(" or ", suggestions)).append('?');
            }
        }
        line.append(line.toString().endsWith("?") ? " '" : ". '")
                .append(command.getCommandSpec().qualifiedName())
                .append(" --help' shows what is possible");
        boolean json = List.of(args).contains(JSON);
        return print(command, json, ExitCode.USAGE, line.toString(), null);
    }

    @Override
    public int handleExecutionException(
            Exception failure, CommandLine command, ParseResult result) {
        ExitCode code = codeOf(failure);
        boolean verbose = result.originalArgs().contains(VERBOSE);
        String message =
                switch (code) {
                    case UNEXPECTED ->
                            "unexpected "
                                    + failure
                                    + (verbose
                                            ? ""
                                            : ". This is a mistake of this program; run it again"
                                                    + " with "
                                                    + VERBOSE
                                                    + " and report what it prints");
                    case CANCELLED -> "cancelled";
                    default -> failure.getMessage();
                };
        print(command, result.originalArgs().contains(JSON), code, message, failure);
        if (verbose) {
            failure.printStackTrace(PlainWriter.printer(command.getErr()));
        }
        command.getErr().flush();
        return code.number();
    }

    /** What is interrupted may fail in any way: ONNX Runtime shuts itself down meanwhile. */
    private static ExitCode codeOf(Exception failure) {
        return Thread.currentThread().isInterrupted() ? ExitCode.CANCELLED : ExitCode.of(failure);
    }

    private static int print(
            CommandLine command, boolean json, ExitCode code, String message, Exception failure) {
        String line = message.strip().replaceAll("\\s*\\R\\s*", " | ");
        if (json) {
            JsonObject document = new JsonObject();
            document.add("error", describe(code, line, failure));
            command.getOut().println(Json.print(document));
            command.getOut().flush();
        } else {
            command.getErr().println("djl-quant: " + TerminalText.plain(line));
        }
        return code.number();
    }

    private static JsonObject describe(ExitCode code, String message, Exception failure) {
        JsonObject error = new JsonObject();
        error.addProperty("kind", code.name().toLowerCase(Locale.ROOT));
        error.addProperty("exitCode", code.number());
        error.addProperty("message", message);
        if (failure instanceof QuantizationException known) {
            Problem problem = known.problem();
            error.addProperty("what", problem.what());
            error.addProperty("file", problem.file());
            error.addProperty("place", problem.graphPath());
            error.addProperty("byteOffset", problem.byteOffset());
            error.addProperty("expected", problem.expected());
            error.addProperty("actual", problem.actual());
            error.addProperty("next", problem.nextStep());
        }
        if (failure instanceof GateException refusal) {
            error.add(
                    "gate",
                    refusal.evaluation()
                            .map(found -> EvaluationJson.write(found).get("gate"))
                            .orElse(JsonNull.INSTANCE));
        }
        return error;
    }
}
