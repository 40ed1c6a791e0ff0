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
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.calibrate.Feed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarDemoTest {

    private static final int BYTES = 32 * 32 * 3;

    @TempDir private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.write(folder.resolve("resnet20_cifar10.onnx"), new byte[] {8, 8});
        write("train", 600);
        write("test", 120);
    }

    @Test
    void calibratesOnTheFirstFiveHundredTrainingImages() {
        DemoCase demo = CifarDemo.in(folder);
        assertThat(demo.calibration().count()).isEqualTo(500);
        assertThat(demo.test().count()).isEqualTo(120);
    }

    @Test
    void takesTheFolderAbove() throws IOException {
        Path inner = Files.createDirectories(folder.resolve("real/cifar10"));
        for (String name :
                List.of(
                        "resnet20_cifar10.onnx",
                        "train_images.bin",
                        "train_labels.bin",
                        "test_images.bin",
                        "test_labels.bin")) {
            Files.copy(folder.resolve(name), inner.resolve(name));
        }
        assertThat(CifarDemo.in(folder.resolve("real")).model())
                .isEqualTo(inner.resolve("resnet20_cifar10.onnx"));
    }

    @Test
    void normalisesEachChannelAndPutsItFirst() {
        DemoCase demo = CifarDemo.in(folder);
        List<Feed> batches = new ArrayList<>();
        demo.tests().forEach(batches::add);
        assertThat(batches).extracting(Feed::rows).containsExactly(50, 50, 20);
        assertThat(demo.testLabels().label(batches.get(1), 3)).isEqualTo(53 % 10);
        float[] values = batches.get(1).tensors().get("input").toFloats();
        // Image 53, channel green, row 2, column 7: the byte there is value(53, position).
        int position = (2 * 32 + 7) * 3 + 1;
        float expected = (value(53, position) / 255f - 0.456f) / 0.224f;
        assertThat(values[3 * BYTES + 1024 + 2 * 32 + 7]).isCloseTo(expected, within(1e-6f));
    }

    @Test
    void namesWhatIsMissingOrDoesNotFit() throws IOException {
        Files.write(folder.resolve("test_labels.bin"), new byte[119]);
        assertThatThrownBy(() -> CifarDemo.in(folder))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("test_images.bin")
                .hasMessageContaining("119 images");
        Files.delete(folder.resolve("train_labels.bin"));
        assertThatThrownBy(() -> CifarDemo.in(folder))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("train_labels.bin");
        Files.delete(folder.resolve("resnet20_cifar10.onnx"));
        assertThatThrownBy(() -> CifarDemo.in(folder))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("resnet20_cifar10.onnx");
    }

    private void write(String part, int count) throws IOException {
        byte[] pixels = new byte[count * BYTES];
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            for (int position = 0; position < BYTES; position++) {
                pixels[i * BYTES + position] = (byte) value(i, position);
            }
            labels[i] = (byte) (i % 10);
        }
        Files.write(folder.resolve(part + "_images.bin"), pixels);
        Files.write(folder.resolve(part + "_labels.bin"), labels);
    }

    private static int value(int image, int position) {
        return (image * 31 + position * 7) & 0xFF;
    }
}
