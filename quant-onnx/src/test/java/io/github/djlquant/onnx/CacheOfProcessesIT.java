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

import ai.djl.ndarray.NDList;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.github.djlquant.backend.Target;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.criteria.ResidentMemory;
import io.github.djlquant.translate.QuantizationTranslatorFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the cache does between processes, and what a load leaves in a process. */
class CacheOfProcessesIT {

    private static final String FIRST = "for the first time";
    private static final String LEFT = "left in memory: ";

    @TempDir Path folder;

    private Path model(int layers, int size) {
        OnnxBackend backend = new OnnxBackend();
        Path file = folder.resolve("network.onnx");
        Random random = new Random(1);
        GraphBuilder graph = GraphBuilder.onnx(17).input("y0", -1, size);
        for (int i = 0; i < layers; i++) {
            graph.constant("w" + i, GraphBuilder.random(random, size, size))
                    .node("MatMul", "m" + i, "y" + i, "w" + i)
                    .node("Tanh", "y" + (i + 1), "m" + i);
        }
        backend.write(graph.output("y" + layers).build(), backend.target(Target.Name.ANY), file);
        return file;
    }

    private static ZooModel<NDList, NDList> load(Path model, boolean quantized) throws Exception {
        Criteria.Builder<NDList, NDList> criteria =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(model)
                        .optEngine("OnnxRuntime");
        if (quantized) {
            criteria.optArgument("translatorFactory", QuantizationTranslatorFactory.class.getName())
                    .optArgument("quantization", "dynamic-int8");
        }
        return criteria.build().loadModel();
    }

    /**
     * Loads a model and prints what the load left in memory, in bytes, and the artifact.
     *
     * @param args the model's file, and whether it is to be quantized
     */
    public static void main(String[] args) throws Exception {
        Path model = Path.of(args[0]);
        boolean quantized = Boolean.parseBoolean(args[1]);
        long before = ResidentMemory.anonymous();
        try (ZooModel<NDList, NDList> loaded = load(model, quantized)) {
            System.out.println(LEFT + (ResidentMemory.anonymous() - before));
            System.out.println(loaded.getProperty("djl-quant.artifact"));
        }
    }

    private Process start(Path model, boolean quantized) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        // The heap keeps its size, so that native memory is seen.
                        "-Xms256m",
                        "-Xmx256m",
                        "-XX:+AlwaysPreTouch",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                        CacheOfProcessesIT.class.getName(),
                        model.toString(),
                        Boolean.toString(quantized));
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().put("DJL_CACHE_DIR", folder.resolve("cache").toString());
        // What glibc allocates beyond this size goes back to the system as soon as it is freed.
        builder.environment().put("MALLOC_MMAP_THRESHOLD_", Integer.toString(1 << 20));
        return builder.redirectErrorStream(true)
                .redirectOutput(Files.createTempFile(folder, "said", ".txt").toFile())
                .start();
    }

    private void run(Path model, boolean quantized) throws Exception {
        assertThat(start(model, quantized).waitFor()).isZero();
    }

    private List<String> said() throws IOException {
        List<String> said = new ArrayList<>();
        try (var files = Files.newDirectoryStream(folder, "said*.txt")) {
            for (Path file : files) {
                said.add(Files.readString(file, StandardCharsets.UTF_8));
                Files.delete(file);
            }
        }
        return said;
    }

    /** Runs a process that loads the model, and returns the bytes that this left in its memory. */
    private long left(Path model, boolean quantized) throws Exception {
        run(model, quantized);
        return said().get(0)
                .lines()
                .filter(line -> line.startsWith(LEFT))
                .mapToLong(line -> Long.parseLong(line.substring(LEFT.length())))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Timeout(300)
    void twoProcessesAtOnceQuantizeOnce() throws Exception {
        Path model = model(2, 512);
        List<Process> processes = new ArrayList<>(List.of(start(model, true), start(model, true)));
        for (Process process : processes) {
            assertThat(process.waitFor()).isZero();
        }
        run(model, true);
        List<String> said = said();
        assertThat(said).hasSize(3);
        assertThat(said.stream().filter(text -> text.contains(FIRST))).hasSize(1);
        assertThat(said.stream().map(text -> text.strip().replaceAll("(?s).*\\R", "")).distinct())
                .singleElement()
                .asString()
                .endsWith("network.onnx");
    }

    @Test
    @Timeout(300)
    void theFloatModelsMemoryIsFreed() throws Exception {
        ResidentMemory.assumeKnown();
        Path model = model(4, 2048);
        long weights = 4L * 2048 * 2048 * Float.BYTES;
        run(model, true);
        said();
        long floatBytes = left(model, false);
        assertThat(floatBytes)
                .as("a float model takes its weights")
                .isGreaterThan(weights * 9 / 10);
        // The runtime itself takes as much in both processes, so the difference is of the models.
        assertThat(floatBytes - left(model, true))
                .as("bytes that the quantized model takes less than a float one's %d", floatBytes)
                .isGreaterThan(weights / 2);
    }
}
