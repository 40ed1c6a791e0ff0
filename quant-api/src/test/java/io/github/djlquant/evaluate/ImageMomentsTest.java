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
package io.github.djlquant.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.calibrate.ImagePreprocessing;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ImageMomentsTest {

    /** Pixels of three channels and two places; their mean is 100, their deviation 58.9. */
    private static final int[][] PIXELS = {{10, 50}, {90, 120}, {140, 190}};

    @TempDir private Path folder;

    private static double number(Slicing slicing, Tensor images) {
        PairedBatch batch =
                new PairedBatch(new Feed(Map.of("x", images), 1, 0), Map.of(), Map.of());
        return ((Slicing.Numbered) slicing).number().applyAsDouble(batch, 0);
    }

    private static String unit(Slicing slicing) {
        return ((Slicing.Numbered) slicing).unit();
    }

    private Tensor normalised(ImagePreprocessing images) {
        boolean apart = images.layout() == ImagePreprocessing.Layout.NCHW;
        float[] values = new float[6];
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < 2; i++) {
                values[apart ? 2 * c + i : 3 * i + c] =
                        (PIXELS[c][i] / 255f - images.mean().get(c)) / images.std().get(c);
            }
        }
        return apart ? Tensor.ofFloats(values, 1, 3, 1, 2) : Tensor.ofFloats(values, 1, 1, 2, 3);
    }

    @ParameterizedTest
    @EnumSource(ImagePreprocessing.Layout.class)
    void aFolderOfImagesIsMeasuredInPixels(ImagePreprocessing.Layout layout) throws IOException {
        ImageIO.write(
                new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB),
                "png",
                folder.resolve("a.png").toFile());
        ImagePreprocessing images = ImagePreprocessing.IMAGENET.withLayout(layout);
        Tensor input = normalised(images);

        ImageMoments moments = ImageMoments.of(CalibrationData.ofPath(folder, images), input);

        assertThat(number(moments.brightness(), input)).isEqualTo(100, within(1e-3));
        assertThat(number(moments.contrast(), input)).isEqualTo(58.8784, within(1e-3));
        assertThat(unit(moments.brightness())).isEqualTo("of 255");
    }

    @Test
    void otherNumbersAreThoseOfTheModelsInput() {
        Tensor input = Tensor.ofFloats(new float[] {-1, 1, -2, 2, 1, 5}, 1, 3, 1, 2);

        ImageMoments moments = ImageMoments.of(null, input);

        assertThat(number(moments.brightness(), input)).isEqualTo(1);
        assertThat(number(moments.contrast(), input)).isEqualTo(Math.sqrt(5), within(1e-9));
        assertThat(unit(moments.contrast())).isEqualTo("as the model gets it");
    }

    @Test
    void bytesArePixelsAlready() {
        Tensor input =
                new Tensor(
                        DataType.UINT8,
                        Shape.of(1, 1, 1, 2),
                        TensorStorage.of(ByteBuffer.wrap(new byte[] {(byte) 200, 100})));

        ImageMoments moments = ImageMoments.of(null, input);

        assertThat(number(moments.brightness(), input)).isEqualTo(150);
        assertThat(number(moments.contrast(), input)).isEqualTo(50);
        assertThat(unit(moments.brightness())).isEqualTo("of 255");
    }

    @Test
    void eachBatchIsLookedAtAnew() {
        ImageMoments moments = ImageMoments.ofInput();
        Slicing brightness = moments.brightness();

        assertThat(number(brightness, Tensor.ofFloats(new float[] {1, 3}, 1, 1, 1, 2)))
                .isEqualTo(2);
        assertThat(number(brightness, Tensor.ofFloats(new float[] {5, 7}, 1, 1, 1, 2)))
                .isEqualTo(6);
    }
}
