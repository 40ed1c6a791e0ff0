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
import io.github.djlquant.recipe.Recipe;
import java.nio.file.Path;

/** Calibrates one network in a fresh JVM and prints its peak memory, as one line of JSON. */
public final class CalibrateOnce {

    private CalibrateOnce() {}

    /**
     * Calibrates.
     *
     * @param args the work folder, the network, the number of images
     * @throws Exception if calibration fails
     */
    public static void main(String[] args) throws Exception {
        Calibration calibration =
                new Calibration(new WorkFolder(Path.of(args[0])), Network.valueOf(args[1]));
        int rows = Integer.parseInt(args[2]);
        double seconds = calibration.calibrate(Recipe.staticInt8().ranges(), rows, 1).wall();
        JsonObject result = new JsonObject();
        result.addProperty("seconds", seconds);
        result.addProperty("peakRssMb", ProcessMemory.peakMb());
        System.out.println(result);
    }
}
