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

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns every failure into one line for people and a number for scripts. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

    /** The switch is looked up by name: an unreadable command line has no parsed options. */
    private static final String VERBOSE = "--verbose";

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
        print(command, line.toString());
        return ExitCode.USAGE.number();
    }

    @Override
    public int handleExecutionException(
            Exception failure, CommandLine command, ParseResult result) {
        ExitCode code = codeOf(failure);
        boolean verbose = result.originalArgs().contains(VERBOSE);
        if (code == ExitCode.UNEXPECTED) {
            print(
                    command,
                    "unexpected "
                            + failure
                            + (verbose
                                    ? ""
                                    : ". This is a mistake of this program; run it again with "
                                            + VERBOSE
                                            + " and report what it prints"));
        } else if (code == ExitCode.CANCELLED) {
            print(command, "cancelled");
        } else {
            print(command, failure.getMessage());
        }
        if (verbose) {
            failure.printStackTrace(command.getErr());
        }
        command.getErr().flush();
        return code.number();
    }

    /** What is interrupted may fail in any way: ONNX Runtime shuts itself down meanwhile. */
    private static ExitCode codeOf(Exception failure) {
        return Thread.currentThread().isInterrupted() ? ExitCode.CANCELLED : ExitCode.of(failure);
    }

    private static void print(CommandLine command, String message) {
        PrintWriter err = command.getErr();
        err.println("djl-quant: " + message.strip().replaceAll("\\s*\\R\\s*", " | "));
    }
}
