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
package io.github.djlquant.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.testkit.criteria.ModelSourcesContract;
import io.github.djlquant.testkit.criteria.Rows;
import io.github.djlquant.translate.LoadCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TorchScript models from every place. */
class PyTorchModelSourcesIT extends ModelSourcesContract {

    PyTorchModelSourcesIT() {
        super(new PyTorchNetwork());
    }

    /**
     * DJL loads a file of any ending. A file with the usual one beside it is another model.
     *
     * @param name the file's name
     * @throws Exception if something fails
     */
    @ParameterizedTest
    @ValueSource(strings = {"one.pth", "one.torchscript", "one.PT"})
    void aFileOfAnyEnding(String name) throws Exception {
        Path place = Files.createDirectories(folder.resolve("any"));
        Path file = Files.copy(model, place.resolve(name));
        Files.writeString(place.resolve("one.pt"), "another");
        try (ZooModel<float[], float[]> int8 =
                anywhere()
                        .optModelPath(file)
                        .optTranslatorFactory(factory(new Rows(rowShape())))
                        .build()
                        .loadModel()) {
            assertQuantized(int8);
        }
        LoadCheck check =
                new LoadCheck.Question()
                        .optEngine("PyTorch")
                        .optArguments(
                                Map.of(
                                        "translatorFactory",
                                        FACTORY,
                                        "calibration",
                                        data.toString()))
                        .about(file.toString());
        assertThat(check.blocked()).isEmpty();
        assertThat(check.file()).isEqualTo(file);
    }

    /**
     * A file without an ending is one, too, unless nobody can tell which one was loaded.
     *
     * @throws Exception if something fails
     */
    @Test
    void aFileWithoutAnEnding() throws Exception {
        Path place = Files.createDirectories(folder.resolve("without"));
        Files.copy(model, place.resolve("one"));
        Criteria<float[], float[]> criteria =
                anywhere()
                        .optModelPath(place)
                        .optModelName("one")
                        .optTranslatorFactory(factory(new Rows(rowShape())))
                        .build();
        try (ZooModel<float[], float[]> int8 = criteria.loadModel()) {
            assertQuantized(int8);
        }
        Files.copy(model, place.resolve("one.pt"));
        assertThatThrownBy(criteria::loadModel)
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("one and one.pt");
    }
}
