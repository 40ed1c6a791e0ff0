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

import io.github.djlquant.testkit.real.Cifar;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine takes time to load: a command loads the one that it needs, and inspect none. */
class LoadedEnginesIT {

    private static final String LIBTORCH = "ai.djl.pytorch.";
    private static final String ONNX_RUNTIME = "ai.onnxruntime.OrtEnvironment";

    @TempDir private Path folder;

    @Test
    void inspectLoadsNoEngine() throws Exception {
        assertThat(classesOf("inspect", ShippedModel.in(folder).toString()))
                .anyMatch(name -> name.startsWith("io.github.djlquant.onnx.read.OnnxReader"))
                .noneMatch(name -> name.startsWith(LIBTORCH))
                .doesNotContain(ONNX_RUNTIME);
        assertThat(classesOf("inspect", Cifar.orSkip().model(".pt").toString()))
                .anyMatch(name -> name.startsWith("io.github.djlquant.pytorch.read."))
                .noneMatch(name -> name.startsWith(LIBTORCH))
                .doesNotContain(ONNX_RUNTIME);
    }

    @Test
    void onnxIsQuantizedWithoutLibtorch() throws Exception {
        String source = ShippedModel.in(folder).toString();
        Path data = folder.resolve("rows.npz");
        RenderedData.write(data, 0, 20);
        String output = folder.resolve("int8.onnx").toString();
        assertThat(classesOf("quantize", source, "-o", output, "--calibrate", data.toString()))
                .contains(ONNX_RUNTIME)
                .noneMatch(name -> name.startsWith(LIBTORCH + "jni"));
    }

    private List<String> classesOf(String... arguments) throws Exception {
        Path log = folder.resolve("classes.log");
        List<String> command =
                Stream.concat(
                                Stream.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-Xlog:class+load=info:file=" + log + "::filecount=0",
                                        "-XX:TieredStopAtLevel=1",
                                        Main.class.getName()),
                                Stream.of(arguments))
                        .toList();
        File output = folder.resolve("output.log").toFile();
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = builder.start();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("ends in time").isTrue();
        assertThat(process.exitValue()).as(Files.readString(output.toPath())).isZero();
        try (Stream<String> lines = Files.lines(log)) {
            return lines.map(line -> line.replaceFirst("^(\\[.*?])+ *", "").split(" ")[0]).toList();
        }
    }
}
