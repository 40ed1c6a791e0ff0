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
package io.github.djlquant.examples;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.ImagePreprocessing;
import io.github.djlquant.monitor.DriftMonitor;
import io.github.djlquant.monitor.MonitoredBlock;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.translate.QuantizationTranslatorFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Serves an int8 image classifier and watches whether it still meets what it was calibrated on:
 * {@code ServeWithDriftMonitor MODEL.onnx CLASSES.txt CALIBRATION IMAGE...}.
 */
public final class ServeWithDriftMonitor {

    private ServeWithDriftMonitor() {}

    /**
     * Classifies images and says what the monitor made of them.
     *
     * @param args the model, its class names, one a line, the calibration data, images to classify
     * @throws Exception if a file can't be read
     */
    public static void main(String[] args) throws Exception {
        if (args.length < 4) {
            System.err.println("usage: ServeWithDriftMonitor MODEL CLASSES CALIBRATION IMAGE...");
            System.exit(2);
        }
        ImagePreprocessing pixels =
                ImagePreprocessing.IMAGENET.withNormalisation(List.of(0.5f), List.of(0.5f));
        Criteria<Image, Classifications> criteria =
                Criteria.builder()
                        .setTypes(Image.class, Classifications.class)
                        .optModelPath(Path.of(args[0]))
                        .optEngine("OnnxRuntime")
                        .optTranslatorFactory(
                                QuantizationTranslatorFactory.builder()
                                        .setRecipe(Recipe.staticInt8())
                                        .optCalibration(
                                                CalibrationData.ofPath(Path.of(args[2]), pixels))
                                        .optTranslator(
                                                new PlainImageTranslator(
                                                        32,
                                                        32,
                                                        Files.readAllLines(Path.of(args[1]))))
                                        .optDriftMonitor(
                                                DriftMonitor.builder()
                                                        .optWindow(50)
                                                        .optReservoir(200))
                                        .build())
                        .build();

        try (ZooModel<Image, Classifications> model = criteria.loadModel();
                Predictor<Image, Classifications> predictor = model.newPredictor()) {
            for (String file : List.of(args).subList(3, args.length)) {
                predictor.predict(ImageFactory.getInstance().fromFile(Path.of(file)));
            }
            DriftMonitor monitor = MonitoredBlock.monitorOf(model).orElseThrow();
            // "recalibrate" comes with the evidence; monitor.reservoir() is the data to do it with.
            System.out.println(monitor.recommendation());
            monitor.latest().ifPresent(System.out::println);
        }
    }
}
