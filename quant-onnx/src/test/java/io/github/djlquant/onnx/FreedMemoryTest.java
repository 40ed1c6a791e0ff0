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
package io.github.djlquant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.LoudSkip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FreedMemoryTest {

    private static final Path STATUS = Path.of("/proc/self/status");

    /** Products with 1 MB of weights each. */
    private static Graph products(int count) {
        GraphBuilder builder = GraphBuilder.onnx(17).input("x", 1, 512);
        String value = "x";
        for (int i = 0; i < count; i++) {
            builder.random("w" + i, 512, 512).node("MatMul", "y" + i, value, "w" + i);
            value = "y" + i;
        }
        return builder.output(value).build();
    }

    /** Memory of this process that is no file's, in MB. */
    private static long megabytes() throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) >> 10)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aClosedSessionLeavesLittleBehind() throws IOException {
        LoudSkip.unless(Files.exists(STATUS), "only Linux says what memory a process has");
        OnnxBackend backend = new OnnxBackend();
        Graph graph = products(96);
        backend.open(products(1), new RunOptions(1, false)).close();
        long before = megabytes();
        backend.open(graph, new RunOptions(1, false)).close();
        assertThat(megabytes()).isLessThan(before + 48);
    }
}
