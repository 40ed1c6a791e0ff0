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
package io.github.djlquant.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the figures were measured on: enough to compare, nothing that names the machine.
 *
 * @param cpu model name and flags that decide about int8 kernels
 * @param processors what the JVM may use
 * @param java version of the JVM
 * @param onnxRuntime version of the runtime in which everything ran
 */
record Machine(String cpu, int processors, String java, String onnxRuntime) {

    private static final List<String> FLAGS =
            List.of("avx2", "avx_vnni", "avx512f", "avx512_vnni", "amx_int8", "asimddp", "i8mm");

    static Machine here() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        List<String> lines = Files.exists(info) ? Files.readAllLines(info) : List.of();
        List<String> flags = Arrays.asList(field(lines, "flags", "Features").split(" "));
        String known = FLAGS.stream().filter(flags::contains).collect(Collectors.joining(" "));
        return new Machine(
                field(lines, "model name", "CPU part") + " [" + known + "]",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                Contender.environment().getVersion());
    }

    private static String field(List<String> lines, String... names) {
        return Arrays.stream(names)
                .flatMap(name -> lines.stream().filter(line -> line.startsWith(name)))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }
}
