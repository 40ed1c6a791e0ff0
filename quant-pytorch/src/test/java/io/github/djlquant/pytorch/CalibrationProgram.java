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
package io.github.djlquant.pytorch;

import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.write.AtenGraph;
import io.github.djlquant.recipe.GateThresholds;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Quantizes with {@code FOLDER SAMPLES} made as they are read; prints the peak of memory. */
final class CalibrationProgram {

    static final String RESULT = "peak ";
    private static final int BATCH = 20;
    private static final int SIZE = 64;

    /** Of a sample as floats. */
    static final long SAMPLE_BYTES = 3L * SIZE * SIZE * Float.BYTES;

    private CalibrationProgram() {}

    public static void main(String[] args) throws Exception {
        PyTorchBackend backend = new PyTorchBackend();
        int batches = Integer.parseInt(args[1]) / BATCH;
        Path source = Path.of(args[0], batches + ".pt");
        backend.write(network(), backend.target(Target.Name.ANY), source);
        Iterable<Map<String, Tensor>> feeds =
                () ->
                        Stream.iterate(0, i -> i < batches, i -> i + 1)
                                .map(CalibrationProgram::feed)
                                .iterator();
        Quantizer.builder()
                .optRecipe(Recipe.staticInt8().withGate(new GateThresholds(1, 0, 1)))
                .optLatency(false)
                .optCalibration(CalibrationData.ofFeeds(feeds))
                .build()
                .quantize(source, Path.of(args[0], batches + "-int8.pt"));
        Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .forEach(
                        line ->
                                System.out.println(
                                        RESULT
                                                + (Long.parseLong(line.replaceAll("\\D+", ""))
                                                        << 10)));
    }

    private static Graph network() {
        Random random = new Random(1);
        List<Integer> one = List.of(1, 1);
        return new AtenGraph("memory")
                .input("x")
                .constant("w1", GraphBuilder.random(random, 8, 3, 3, 3))
                .constant("w2", GraphBuilder.random(random, 8, 8, 3, 3))
                .call("aten::conv2d", "c1", "x", "w1", null, List.of(2, 2), one, one, 1)
                .call("aten::relu", "r1", "c1")
                .call("aten::conv2d", "c2", "r1", "w2", null, one, one, one, 1)
                .call("aten::adaptive_avg_pool2d", "y", "c2", one)
                .output("y");
    }

    private static Map<String, Tensor> feed(int batch) {
        return Map.of("x", GraphBuilder.random(new Random(batch), BATCH, 3, SIZE, SIZE));
    }
}
