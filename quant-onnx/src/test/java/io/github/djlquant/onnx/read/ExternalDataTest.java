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
package io.github.djlquant.onnx.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.onnx.proto.ModelProto;
import io.github.djlquant.onnx.proto.TensorProto;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalDataTest {

    @TempDir Path root;
    private Path folder;

    @BeforeEach
    void writeData() throws Exception {
        folder = Files.createDirectories(root.resolve("model"));
        byte[] data = new byte[20];
        System.arraycopy(Models.floats("", 5, 6, 7, 8).getRawData().toByteArray(), 0, data, 4, 16);
        Files.write(folder.resolve("weights.bin"), data);
        Files.write(root.resolve("secret"), data);
    }

    private float[] read(String location, String offset, String length) {
        ModelProto.Builder model = Models.scaled();
        TensorProto.Builder tensor = model.getGraphBuilder().getInitializerBuilder(0);
        tensor.clearRawData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
        if (location != null) {
            tensor.addExternalData(Models.entry("location", location));
        }
        if (offset != null) {
            tensor.addExternalData(Models.entry("offset", offset));
        }
        if (length != null) {
            tensor.addExternalData(Models.entry("length", length));
        }
        return OnnxReader.read(Models.write(model, folder.resolve("model.onnx")))
                .constants()
                .get("w")
                .toFloats();
    }

    @Test
    void readsFromTheModelsFolder() throws Exception {
        assertThat(read("weights.bin", "4", "16")).containsExactly(5, 6, 7, 8);
        assertThat(read("./weights.bin", "4", null)).containsExactly(5, 6, 7, 8);
        Files.createSymbolicLink(folder.resolve("link"), Path.of("weights.bin"));
        assertThat(read("link", "4", "16")).containsExactly(5, 6, 7, 8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../secret", "a/../../secret", "..\\secret", "C:\\secret", "/etc/hostname"})
    void refusesPathsOutOfTheFolder(String location) {
        assertThatThrownBy(() -> read(location, "0", "16"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("initializer w: the location of external data is not allowed")
                .hasMessageContaining(location);
    }

    @Test
    void refusesLinksOutOfTheFolder() throws Exception {
        Files.createSymbolicLink(folder.resolve("link"), root.resolve("secret"));
        Files.createSymbolicLink(folder.resolve("up"), root);

        for (String location : new String[] {"link", "up/secret"}) {
            assertThatThrownBy(() -> read(location, "0", "16"))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("leaves the model's folder");
        }
    }

    @Test
    void refusesOtherThanRegularFiles() {
        assertThatThrownBy(() -> read("absent.bin", "0", "16"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("initializer w")
                .hasMessageContaining("missing")
                .hasMessageContaining("absent.bin");
        assertThatThrownBy(() -> read(".", "0", "16")).isInstanceOf(ModelFormatException.class);
        assertThatThrownBy(() -> read("nul\0", "0", "16")).isInstanceOf(ModelFormatException.class);
        assertThatThrownBy(() -> read("", "0", "16")).isInstanceOf(ModelFormatException.class);
        assertThatThrownBy(() -> read(null, "0", "16")).isInstanceOf(ModelFormatException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "5, 16, beyond the end",
        "999999999999999999, 16, beyond the end",
        "-4, 16, no size",
        "4, 12, size that the shape needs",
        "4, x, no size",
        "99999999999999999999, 16, no size"
    })
    void refusesWrongExtents(String offset, String length, String message) {
        assertThatThrownBy(() -> read("weights.bin", offset, length))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("initializer w")
                .hasMessageContaining(message);
    }
}
