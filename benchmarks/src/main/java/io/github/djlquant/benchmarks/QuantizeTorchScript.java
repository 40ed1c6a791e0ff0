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
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.Recipe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;

/** Quantizes one TorchScript file in a fresh JVM and prints what it took, as one line of JSON. */
public final class QuantizeTorchScript {

    private static final int RESNET20_ROWS = 500;
    private static final int SHAPES_ROWS = 48;

    private QuantizeTorchScript() {}

    /**
     * Quantizes.
     *
     * @param args the model, the artifact, the recipe, the target; then, with data, the folder of
     *     the calibration images and the network
     * @throws Exception if quantization fails
     */
    public static void main(String[] args) throws Exception {
        Path source = Path.of(args[0]);
        Quantizer.Builder quantizer =
                Quantizer.builder()
                        .optRecipe(Recipe.named(args[2]).orElseThrow())
                        .optTarget(Target.Name.valueOf(args[3]))
                        .optOverwrite(true)
                        .optLatency(false);
        if (args.length > 4) {
            quantizer.optCalibration(images(source, Path.of(args[4]), args[5]));
        }
        long begin = System.nanoTime();
        QuantizedModel model = quantizer.build().quantize(source, Path.of(args[1]));
        double workSeconds = (System.nanoTime() - begin) / 1e9;
        JsonObject result = new JsonObject();
        for (Map.Entry<Stage, Duration> stage : model.times().entrySet()) {
            double seconds = stage.getValue().toNanos() / 1e9;
            result.addProperty(stage.getKey().name().toLowerCase(Locale.ROOT), seconds);
            workSeconds -= QuantizeOnce.NO_WORK.contains(stage.getKey()) ? seconds : 0;
        }
        result.addProperty("workSeconds", workSeconds);
        result.addProperty("peakRssMb", ProcessMemory.peakMb());
        result.addProperty("int8MacShare", model.plan().quantizedMacShare());
        result.addProperty("kernels", model.execution().summary());
        System.out.println(result);
    }

    private static CalibrationData images(Path source, Path folder, String network) {
        boolean small = network.equals(TorchNetwork.RESNET20.id());
        RawImages images =
                new RawImages(
                        folder.resolve(small ? "cifar10.f32" : "shapes.f32"), small ? 32 : 224);
        Iterable<Map<String, Tensor>> feeds =
                images.feeds(small ? RESNET20_ROWS : SHAPES_ROWS, small ? 16 : 1);
        String input = Backends.forFile(source).read(source).inputs().get(0).name();
        return CalibrationData.ofFeeds(
                () -> {
                    Iterator<Map<String, Tensor>> all = feeds.iterator();
                    return new Iterator<>() {
                        @Override
                        public boolean hasNext() {
                            return all.hasNext();
                        }

                        @Override
                        public Map<String, Tensor> next() {
                            return Map.of(input, all.next().values().iterator().next());
                        }
                    };
                });
    }
}
