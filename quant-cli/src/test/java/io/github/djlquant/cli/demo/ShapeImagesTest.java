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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ShapeImagesTest {

    private static final int PIXELS = ShapeImages.SIZE * ShapeImages.SIZE;

    /**
     * The shipped model was trained on these very images. Whoever changes the renderer trains the
     * model again and records the new checksums.
     */
    @Test
    void rendersTheImagesTheModelWasTrainedOn() {
        assertThat(checksum(ShapeImages.TRAIN_SEED)).isEqualTo(4_223_832_901L);
        assertThat(checksum(ShapeImages.CALIBRATION_SEED)).isEqualTo(3_103_139_602L);
        assertThat(checksum(ShapeImages.TEST_SEED)).isEqualTo(3_422_096_854L);
    }

    @Test
    void sampleDependsOnSeedAndIndexOnly() {
        byte[] first = ShapeImages.render(ShapeImages.TEST_SEED, 17).rgb();
        ShapeImages.render(ShapeImages.TEST_SEED, 18);
        assertThat(ShapeImages.render(ShapeImages.TEST_SEED, 17).rgb()).isEqualTo(first);
    }

    @Test
    void everyRunOfTenHoldsEveryClass() {
        assertThat(ShapeImages.classNames()).hasSize(10).doesNotHaveDuplicates();
        for (int start : new int[] {0, 7, 1_234}) {
            Set<Integer> labels = new HashSet<>();
            for (int i = start; i < start + 10; i++) {
                labels.add(ShapeImages.render(ShapeImages.TEST_SEED, i).label());
            }
            assertThat(labels).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        }
    }

    @Test
    void noImageOccursTwiceWithinOrAcrossTheSets() {
        long[] seeds = {
            ShapeImages.TRAIN_SEED, ShapeImages.CALIBRATION_SEED, ShapeImages.TEST_SEED
        };
        Set<ByteBuffer> images = new HashSet<>();
        for (long seed : seeds) {
            for (int i = 0; i < 1_000; i++) {
                images.add(ByteBuffer.wrap(ShapeImages.render(seed, i).rgb()));
            }
        }
        assertThat(images).hasSize(3_000);
    }

    @Test
    void refusesNegativeIndex() {
        assertThatThrownBy(() -> ShapeImages.render(ShapeImages.TEST_SEED, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }

    /** Independent of the formulas: areas by counting points against the areas geometry gives. */
    @Test
    void outlinesEncloseTheAreaOfTheirShape() {
        assertThat(area(ShapeClass.CIRCLE)).isCloseTo(Math.PI, within());
        assertThat(area(ShapeClass.SQUARE)).isCloseTo(2, within());
        assertThat(area(ShapeClass.TRIANGLE)).isCloseTo(0.75 * Math.sqrt(3), within());
        assertThat(area(ShapeClass.PENTAGON)).isCloseTo(2.5 * Math.sin(0.4 * Math.PI), within());
        assertThat(area(ShapeClass.STAR)).isCloseTo(5 * 0.45 * Math.sin(0.2 * Math.PI), within());
        assertThat(area(ShapeClass.CROSS)).isCloseTo(2 * 1.9 * 0.6 - 0.6 * 0.6, within());
        assertThat(area(ShapeClass.RING)).isCloseTo(Math.PI * (1 - 0.56 * 0.56), within());
        // The disc without the lens that it shares with the bite, a disc of 0.8 at distance 0.6.
        double lens = 0.64 * Math.PI / 2 + Math.acos(0.6) - 0.48;
        assertThat(area(ShapeClass.CRESCENT)).isCloseTo(Math.PI - lens, within());
        assertThat(area(ShapeClass.STRIPES)).isCloseTo(3 * 0.36 * 1.8, within());
        assertThat(area(ShapeClass.CHECKERBOARD)).isCloseTo(13 * 0.36 * 0.36, within());
    }

    @Test
    void normalizesToChannelFirst() {
        byte[] rgb = new byte[PIXELS * ShapeImages.CHANNELS];
        rgb[0] = (byte) 255;
        rgb[ShapeImages.CHANNELS + 2] = (byte) 128;
        float[] batch = new float[2 * rgb.length];
        ShapesModel.normalize(rgb, batch, 1);
        assertThat(batch[0]).isZero();
        assertThat(batch[rgb.length]).isEqualTo(1f);
        assertThat(batch[rgb.length + 1]).isEqualTo(-1f);
        assertThat(batch[rgb.length + 2 * PIXELS + 1]).isEqualTo((128 / 255f - 0.5f) / 0.5f);
    }

    private static Offset<Double> within() {
        return Offset.offset(0.01);
    }

    private static double area(ShapeClass shape) {
        int steps = 1_000;
        double step = 2.4 / steps;
        long inside = 0;
        for (int i = 0; i < steps; i++) {
            for (int j = 0; j < steps; j++) {
                if (shape.distance(-1.2 + (i + 0.5) * step, -1.2 + (j + 0.5) * step) < 0) {
                    inside++;
                }
            }
        }
        return inside * step * step;
    }

    private static long checksum(long seed) {
        CRC32 crc = new CRC32();
        for (int i = 0; i < 100; i++) {
            crc.update(ShapeImages.render(seed, i).rgb());
        }
        return crc.getValue();
    }
}
