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

import com.google.gson.JsonObject;
import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.Stage;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.RangeMethod;
import io.github.djlquant.recipe.Recipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Quantizes one network in a fresh JVM and prints what it took, as one line of JSON. */
public final class QuantizeOnce {

    /** Loading the engine, which the peer does with its imports, and what the peer does not do. */
    static final Set<Stage> NO_WORK =
            EnumSet.of(Stage.START, Stage.TUNE, Stage.VERIFY, Stage.EXPLAIN);

    private QuantizeOnce() {}

    /**
     * Quantizes.
     *
     * @param args the work folder, the network, the target, {@code recipe} or {@code minmax} for
     *     the ranges, and {@code keep} to leave the file for the other measurements
     * @throws Exception if quantization fails
     */
    public static void main(String[] args) throws Exception {
        double start = ProcessStart.end();
        WorkFolder work = new WorkFolder(Path.of(args[0]));
        Network network = Network.valueOf(args[1]);
        Target.Name target = Target.Name.valueOf(args[2]);
        Recipe recipe = Recipe.staticInt8();
        if (args[3].equals("minmax")) {
            recipe = recipe.withRanges(new RangeMethod.MinMax());
        }
        Path out = work.ours(network, target);
        Files.createDirectories(out.getParent());
        if (!args[4].equals("keep")) {
            out = out.resolveSibling("timing-" + out.getFileName());
        }
        int rows = network.calibrationRows();
        long begin = System.nanoTime();
        QuantizedModel model =
                Quantizer.builder()
                        .optRecipe(recipe)
                        .optTarget(target)
                        .optCalibration(
                                CalibrationData.ofFeeds(
                                        work.images(network).feeds(rows, network.batch())))
                        .optOverwrite(true)
                        .optLatency(false)
                        .build()
                        .quantize(work.model(network), out);
        // The whole call, not the sum of its stages: what no stage claims is work too.
        double workSeconds = (System.nanoTime() - begin) / 1e9;
        JsonObject result = new JsonObject();
        for (Map.Entry<Stage, Duration> stage : model.times().entrySet()) {
            double seconds = stage.getValue().toNanos() / 1e9;
            result.addProperty(stage.getKey().name().toLowerCase(Locale.ROOT), seconds);
            workSeconds -= NO_WORK.contains(stage.getKey()) ? seconds : 0;
        }
        result.addProperty("startSeconds", start + model.times().get(Stage.START).toNanos() / 1e9);
        result.addProperty("workSeconds", workSeconds);
        result.addProperty("peakRssMb", ProcessMemory.peakMb());
        result.addProperty("bytes", model.bytes());
        result.addProperty("int8MacShare", model.plan().quantizedMacShare());
        result.addProperty("kernels", model.execution().summary());
        System.out.println(result);
    }
}
