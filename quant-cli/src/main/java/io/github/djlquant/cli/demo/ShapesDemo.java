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
package io.github.djlquant.cli.demo;

import java.io.IOException;
import java.nio.file.Path;

/** The demo that needs nothing: the shipped network on images rendered here. */
public final class ShapesDemo {

    private static final int CALIBRATION_IMAGES = 500;
    private static final int TEST_IMAGES = 2_000;

    private ShapesDemo() {}

    /**
     * Unpacks the model.
     *
     * @param folder an existing folder without a model of this name
     * @return the model with its images
     * @throws IOException if the model can't be written there
     */
    public static DemoCase in(Path folder) throws IOException {
        return new DemoCase(
                "a small network (batch norm, residuals, depthwise convolutions) that tells "
                        + ShapeImages.classNames().size()
                        + " shapes apart, on images rendered here",
                ShapesModel.copyTo(folder),
                rendered(ShapeImages.CALIBRATION_SEED, CALIBRATION_IMAGES),
                rendered(ShapeImages.TEST_SEED, TEST_IMAGES),
                ShapeImages.classNames());
    }

    private static DemoCase.ImageSet rendered(long seed, int count) {
        return new DemoCase.ImageSet(
                ShapesModel.INPUT,
                count,
                (index, batch, row) -> {
                    ShapeImages.Sample sample = ShapeImages.render(seed, index);
                    ShapesModel.normalize(sample.rgb(), batch, row);
                    return sample.label();
                });
    }
}
