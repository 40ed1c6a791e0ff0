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

import io.github.djlquant.evaluate.AnswerOptions;
import io.github.djlquant.evaluate.Task;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What the model is for and which output counts, where its outputs don't tell. */
final class TaskOption {

    @Option(
            names = "--task",
            paramLabel = "TASK",
            converter = Converter.class,
            description =
                    "What the model is for: classification, embedding (rows of numbers without a"
                            + " largest one that counts) or language-model. Default: what labels,"
                            + " the outputs' names and the last operators tell.")
    private Task task;

    @Option(
            names = "--judged-output",
            paramLabel = "NAME",
            description =
                    "The output that labels and targets belong to. Default: with labels, the one"
                            + " that holds a score for each class, else the first one of floats.")
    private String judgedOutput;

    /** Tells a comparison what was said. */
    <B extends AnswerOptions<B>> B of(B comparison) {
        if (task != null) {
            comparison.optTask(task);
        }
        if (judgedOutput != null) {
            comparison.optJudgedOutput(judgedOutput);
        }
        return comparison;
    }

    /** Reads a task's name. */
    static final class Converter implements ITypeConverter<Task> {

        @Override
        public Task convert(String text) {
            return Arrays.stream(Task.values())
                    .filter(task -> name(task).equals(text))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new TypeConversionException(
                                            "'"
                                                    + text
                                                    + "' is none of "
                                                    + String.join(", ", names())));
        }

        private static List<String> names() {
            return Arrays.stream(Task.values()).map(Converter::name).toList();
        }

        private static String name(Task task) {
            return task.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
