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
import io.github.djlquant.testkit.criteria.ResidentMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreedMemoryTest {

    private static final int PRODUCTS = 96;
    private static final long BYTES = PRODUCTS * 512L * 512 * Float.BYTES;
    private static final String LEFT = "left in memory: ";

    @TempDir private Path folder;

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

    /**
     * Opens and closes a session, and prints the bytes that stay.
     *
     * @param args none
     */
    public static void main(String[] args) throws IOException {
        OnnxBackend backend = new OnnxBackend();
        Graph graph = products(PRODUCTS);
        backend.open(products(1), new RunOptions(1, false)).close();
        long before = ResidentMemory.anonymous();
        backend.open(graph, new RunOptions(1, false)).close();
        System.out.println(LEFT + (ResidentMemory.anonymous() - before));
    }

    /** In a process of its own, whose heap keeps its size. */
    @Test
    void aClosedSessionLeavesLittleBehind() throws Exception {
        ResidentMemory.assumeKnown();
        Path out = folder.resolve("out.txt");
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms512m",
                        "-Xmx512m",
                        "-XX:+AlwaysPreTouch",
                        "-XX:+UseSerialGC",
                        FreedMemoryTest.class.getName());
        builder.environment()
                .put(
                        "CLASSPATH",
                        System.getProperty(
                                "surefire.test.class.path", System.getProperty("java.class.path")));
        int code = builder.redirectErrorStream(true).redirectOutput(out.toFile()).start().waitFor();

        String said = Files.readString(out);
        assertThat(code).as(said).isZero();
        assertThat(
                        said.lines()
                                .filter(line -> line.startsWith(LEFT))
                                .mapToLong(line -> Long.parseLong(line.substring(LEFT.length()))))
                .singleElement()
                .satisfies(left -> assertThat(left).as(said).isLessThan(BYTES / 2));
    }
}
