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
package io.github.djlquant.pytorch.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TracedInputsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "conv1d_traced | [float[2,3,20]]",
                "einsum_traced | [float[2,3,4], float[2,5,4]]",
                "many_inputs_and_lists_traced | [float[2,3], float[2,3], float[2,4]]"
            })
    void typesAndSizesAreReadWithoutTheElements(String name, String expected) throws Exception {
        assertThat(ArchiveReader.read(corpus(name)).examples().toString()).isEqualTo(expected);
    }

    @Test
    void aScriptedModuleTellsNothing() throws Exception {
        assertThat(ArchiveReader.read(corpus("conv1d_scripted")).examples()).isEqualTo(List.of());
    }

    private static Path corpus(String name) throws Exception {
        return Path.of(
                TracedInputsTest.class
                        .getResource("/io/github/djlquant/pytorch/corpus/" + name + ".pt")
                        .toURI());
    }
}
