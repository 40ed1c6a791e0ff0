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

import java.io.Console;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import picocli.CommandLine.Model.CommandSpec;

/** Whether a person watches. */
final class Terminal {

    private Terminal() {}

    /** Where a command prints its result: names of models and data can't move the cursor. */
    static PrintWriter out(CommandSpec spec) {
        return PlainWriter.printer(spec.commandLine().getOut());
    }

    /**
     * Tells whether input and output are a terminal. From Java 22 on there is a console also
     * without one, and the console itself has to be asked.
     *
     * @return true if progress may be drawn
     */
    static boolean isInteractive() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        if (Runtime.version().feature() < 22) {
            return true;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("Console.isTerminal() of Java 22 is missing", e);
        }
    }
}
