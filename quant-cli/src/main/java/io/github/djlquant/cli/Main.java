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
import java.nio.charset.Charset;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code djl-quant} command: quantizes, inspects, compares and exports models. */
@Command(
        name = "djl-quant",
        header = "Makes trained neural networks smaller and faster: float weights become int8.",
        description = {
            "",
            "The result is an ordinary model file. It runs wherever the source runs, without this"
                    + " program: ONNX in DJL, and in ONNX Runtime from any language; TorchScript in"
                    + " DJL and in PyTorch.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = VersionLines.class,
        subcommands = {
            QuantizeCommand.class,
            InspectCommand.class,
            CompareCommand.class,
            EvaluateCommand.class,
            CheckCommand.class,
            CacheCommand.class,
            ExportCommand.class,
            ReportCommand.class,
            DemoCommand.class
        },
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:an error that is a mistake of this program",
            "2:wrong arguments or a wrong recipe",
            "3:the model cannot be read, or holds what is not supported",
            "4:the data cannot be used",
            "5:the quantized model is not good enough and was not written",
            "70:the launcher finds no JDK, or cannot build the program",
            "130:cancelled"
        },
        footerHeading = "%nStart here:%n",
        footer = {
            "  djl-quant demo                        see everything at work, needs no file",
            "  djl-quant inspect model.onnx          what is in a model",
            "  djl-quant quantize --help             how to quantize your own"
        })
public final class Main implements Callable<Integer> {

    @Spec private CommandSpec spec;

    private Main() {}

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Print log messages, and the stack trace of an error.")
    void setVerbose(boolean verbose) {
        if (verbose) {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "info");
        }
    }

    /**
     * Runs the command and ends the process with its exit code.
     *
     * @param args the arguments of the command line
     */
    public static void main(String[] args) {
        int code;
        try (Cancellation ignored = Cancellation.install(Thread.currentThread())) {
            code = run(args);
        }
        System.exit(code);
    }

    /**
     * Runs the command inside this process.
     *
     * @param args the arguments of the command line
     * @return the exit code
     */
    public static int run(String... args) {
        return run(
                new PrintWriter(System.out, true, Charset.defaultCharset()),
                new PrintWriter(System.err, true, Charset.defaultCharset()),
                args);
    }

    /**
     * Runs the command inside this process with its own output.
     *
     * @param out what is printed as the result
     * @param err errors and progress
     * @param args the arguments of the command line
     * @return the exit code
     */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        int code = commandLine().setOut(out).setErr(err).execute(args);
        out.flush();
        err.flush();
        return code;
    }

    /** The parser with its error handling. */
    static CommandLine commandLine() {
        Failures failures = new Failures();
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
    }

    /** Without a command there is nothing to do: shows the help, and fails for scripts' sake. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE.number();
    }
}
