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
        double seconds = calibration.calibrateSeconds(Recipe.staticInt8().ranges(), rows, 1);
        JsonObject result = new JsonObject();
        result.addProperty("seconds", seconds);
        result.addProperty("peakRssMb", ProcessMemory.peakMb());
        System.out.println(result);
    }
}
