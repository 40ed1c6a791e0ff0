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
import io.github.djlquant.recipe.Recipe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Quantizes one transformer in a fresh JVM and prints what it took, as one line of JSON. */
public final class QuantizeTransformer {

    private static final Set<Stage> NO_WORK =
            EnumSet.of(Stage.START, Stage.TUNE, Stage.VERIFY, Stage.EXPLAIN);

    private QuantizeTransformer() {}

    /**
     * Quantizes.
     *
     * @param args the model, the artifact, the recipe, the target
     */
    public static void main(String[] args) {
        QuantizedModel model =
                Quantizer.builder()
                        .optRecipe(Recipe.named(args[2]).orElseThrow())
                        .optTarget(Target.Name.valueOf(args[3]))
                        .optOverwrite(true)
                        .optLatency(false)
                        .build()
                        .quantize(Path.of(args[0]), Path.of(args[1]));
        JsonObject result = new JsonObject();
        double work = 0;
        for (Map.Entry<Stage, Duration> stage : model.times().entrySet()) {
            work += NO_WORK.contains(stage.getKey()) ? 0 : stage.getValue().toNanos() / 1e9;
        }
        result.addProperty("workSeconds", work);
        result.addProperty("bytes", model.bytes());
        try {
            result.addProperty("peakRssMb", ProcessMemory.peakMb());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        System.out.println(result);
    }
}
