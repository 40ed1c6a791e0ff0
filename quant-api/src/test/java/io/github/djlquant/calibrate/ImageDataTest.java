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
package io.github.djlquant.calibrate;

import static io.github.djlquant.calibrate.CalibrationDataTest.all;
import static io.github.djlquant.calibrate.CalibrationDataTest.input;
import static io.github.djlquant.calibrate.CalibrationDataTest.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of images as data. */
class ImageDataTest {

    @TempDir private Path folder;

    private Path image(String name, int width, int height, int left, int right) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, x < width / 2 ? left : right);
            }
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    @Test
    void imagesAreNormalisedInBothLayouts() throws IOException {
        image("a.png", 4, 4, 0xff0000, 0x0000ff);
        FeedSpec first = spec(8, input("x", DataType.FLOAT, 3, 4, 4));
        float[] nchw =
                all(CalibrationData.ofPath(folder), first).get(0).tensors().get("x").toFloats();
        float[] mean = {0.485f, 0.456f, 0.406f};
        float[] std = {0.229f, 0.224f, 0.225f};
        for (int i = 0; i < nchw.length; i++) {
            int channel = i / 16;
            boolean left = i % 4 < 2;
            float pixel = channel == 0 && left || channel == 2 && !left ? 1 : 0;
            assertThat(nchw[i]).isCloseTo((pixel - mean[channel]) / std[channel], within(1e-5f));
        }
        FeedSpec last = spec(8, input("x", DataType.FLOAT, 4, 4, 3));
        ImagePreprocessing nhwc =
                ImagePreprocessing.IMAGENET.withLayout(ImagePreprocessing.Layout.NHWC);
        float[] other =
                all(CalibrationData.ofPath(folder, nhwc), last)
                        .get(0)
                        .tensors()
                        .get("x")
                        .toFloats();
        for (int i = 0; i < nchw.length; i++) {
            assertThat(other[i % 16 * 3 + i / 16]).isEqualTo(nchw[i]);
        }
    }

    @Test
    void imagesAreScaledToCoverAndCroppedAtTheCentre() throws IOException {
        image("wide.png", 400, 40, 0xffffff, 0x000000);
        ImagePreprocessing plain =
                ImagePreprocessing.IMAGENET
                        .withNormalisation(List.of(0f), List.of(1f))
                        .withSize(8, 8);
        float[] pixels =
                all(
                                CalibrationData.ofPath(folder, plain),
                                spec(8, input("x", DataType.FLOAT, 1, -1, -1)))
                        .get(0)
                        .tensors()
                        .get("x")
                        .toFloats();
        assertThat(pixels).hasSize(64);
        for (int y = 0; y < 8; y++) {
            assertThat(pixels[y * 8]).isCloseTo(1, within(0.01f));
            assertThat(pixels[y * 8 + 7]).isCloseTo(0, within(0.01f));
        }
    }

    @Test
    void imagesOfAllClassFoldersAreMixedAlwaysInTheSameOrder() throws IOException {
        for (int i = 0; i < 20; i++) {
            image("black/" + i + ".png", 2, 2, 0, 0);
            image("white/" + i + ".png", 2, 2, 0xffffff, 0xffffff);
        }
        FeedSpec spec = new FeedSpec(List.of(input("x", DataType.FLOAT, 3, 2, 2)), 4, 10);
        List<Feed> feeds = all(CalibrationData.ofPath(folder), spec);
        assertThat(feeds).extracting(Feed::rows).containsExactly(4, 4, 2);
        List<Float> firsts = new ArrayList<>();
        for (Feed feed : feeds) {
            float[] values = feed.tensors().get("x").toFloats();
            for (int row = 0; row < feed.rows(); row++) {
                firsts.add(values[row * 12]);
            }
        }
        assertThat(firsts.stream().distinct()).hasSize(2);
        List<Feed> again = all(CalibrationData.ofPath(folder), spec);
        assertThat(again.get(0).tensors().get("x").toFloats())
                .isEqualTo(feeds.get(0).tensors().get("x").toFloats());
    }

    @Test
    void imagesKnowTheirPlaceInTheSortedOrder() throws IOException {
        for (int i = 0; i < 20; i++) {
            image(String.format("%02d.png", i), 2, 2, i, i);
        }
        FeedSpec spec =
                new FeedSpec(List.of(input("x", DataType.FLOAT, 3, 2, 2)), 8, Long.MAX_VALUE);
        List<Long> order = new ArrayList<>();
        for (Feed feed : all(CalibrationData.ofPath(folder), spec)) {
            float[] values = feed.tensors().get("x").toFloats();
            for (int row = 0; row < feed.rows(); row++) {
                order.add(feed.sample(row));
                assertThat((values[row * 12 + 8] * 0.225f + 0.406f) * 255)
                        .as("the blue of sample %d", feed.sample(row))
                        .isCloseTo(feed.sample(row), within(0.01f));
            }
        }
        assertThat(order)
                .hasSize(20)
                .doesNotHaveDuplicates()
                .isNotEqualTo(order.stream().sorted().toList());
    }

    /** Labels go by the order of the images. */
    @Test
    void hiddenFilesAreNoImages() throws IOException {
        image("cat.png", 2, 2, 0xffffff, 0xffffff);
        image("._cat.png", 2, 2, 0, 0);
        image(".trash/dog.png", 2, 2, 0, 0);
        List<Feed> feeds =
                all(
                        CalibrationData.ofPath(folder),
                        new FeedSpec(
                                List.of(input("x", DataType.FLOAT, 3, 2, 2)), 8, Long.MAX_VALUE));
        assertThat(feeds).extracting(Feed::rows).containsExactly(1);
        assertThat(feeds.get(0).tensors().get("x").toFloats()[0]).isPositive();
    }

    @Test
    void damagedImagesAreNamed() throws IOException {
        Path good = image("good.png", 40, 40, 0xff, 0xff00);
        byte[] bytes = Files.readAllBytes(good);
        Files.delete(good);
        Path bad = folder.resolve("bad.png");
        FeedSpec spec = spec(1, input("x", DataType.FLOAT, 3, 40, 40));
        for (int length : new int[] {0, 5, 20, bytes.length / 2}) {
            Files.write(bad, java.util.Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> all(CalibrationData.ofPath(folder), spec))
                    .isInstanceOf(CalibrationException.class)
                    .hasMessageContaining(bad.toString());
        }
        // 65535 x 65535 pixels, as its header says.
        byte[] huge = bytes.clone();
        for (int i : new int[] {18, 19, 22, 23}) {
            huge[i] = (byte) 0xff;
        }
        Files.write(bad, huge);
        assertThatThrownBy(() -> all(CalibrationData.ofPath(folder), spec))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining(bad.toString());
    }

    @Test
    void imagesNeedOneInputOfImages() throws IOException {
        image("a.png", 4, 4, 0, 0);
        assertThatThrownBy(
                        () ->
                                all(
                                        CalibrationData.ofPath(folder),
                                        spec(1, input("ids", DataType.INT64, -1))))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("rank 4");
        assertThatThrownBy(
                        () ->
                                all(
                                        CalibrationData.ofPath(folder),
                                        spec(1, input("x", DataType.FLOAT, 3, -1, -1))))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("size of the images");
        assertThatThrownBy(
                        () ->
                                all(
                                        CalibrationData.ofPath(folder),
                                        spec(1, input("x", DataType.FLOAT, 4, 4, 3))))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("layout");
    }

    @Test
    void aModelThatTakesBytesGetsThePixels() throws IOException {
        image("a.png", 4, 4, 0xff0102, 0x0000fe);
        Tensor pixels =
                all(
                                CalibrationData.ofPath(
                                        folder,
                                        ImagePreprocessing.IMAGENET.withLayout(
                                                ImagePreprocessing.Layout.NHWC)),
                                spec(8, input("x", DataType.UINT8, 4, 4, 3)))
                        .get(0)
                        .tensors()
                        .get("x");
        assertThat(pixels.dataType()).isEqualTo(DataType.UINT8);
        assertThat(pixels.toInts()).startsWith(255, 1, 2, 255, 1, 2, 0, 0, 254, 0, 0, 254);
        assertThatThrownBy(
                        () ->
                                all(
                                        CalibrationData.ofPath(
                                                folder,
                                                ImagePreprocessing.IMAGENET.withNormalisation(
                                                        List.of(0.5f), List.of(0.5f))),
                                        spec(8, input("x", DataType.UINT8, 3, 4, 4))))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("normalises them itself");
    }

    /** A picture in the documentation does not make a project a set of images. */
    @Test
    void aFolderOfOtherThingsIsRefused() throws IOException {
        image("docs/picture.png", 4, 4, 0, 0);
        FeedSpec spec = spec(8, input("x", DataType.FLOAT, 3, 4, 4));
        for (int i = 0; i < 9; i++) {
            Files.writeString(folder.resolve("notes" + i + ".txt"), "beside it");
            Files.createDirectories(folder.resolve(".git"));
            Files.writeString(folder.resolve(".git/object" + i), "hidden");
        }
        assertThat(all(CalibrationData.ofPath(folder), spec)).hasSize(1);
        Files.writeString(folder.resolve("one.txt"), "too many");
        assertThatThrownBy(() -> all(CalibrationData.ofPath(folder), spec))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("hardly any images")
                .hasMessageContaining("1 image among 10 other files")
                .hasMessageContaining("picture.png");
    }
}
