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

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** The command line as it was typed, to be repeated. */
final class TypedCommand {

    private TypedCommand() {}

    /** What was typed, with quotes where a shell needs them. */
    static String of(CommandSpec spec) {
        List<String> words = new ArrayList<>(List.of("djl-quant"));
        for (String word : spec.commandLine().getParent().getParseResult().originalArgs()) {
            words.add(
                    word.matches("[A-Za-z0-9_./:=,+-]+")
                            ? word
                            : "'" + word.replace("'", "'\\''") + "'");
        }
        return String.join(" ", words);
    }
}
