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
package io.github.djlquant.translate;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The file by which a model's folder configures DJL.
 *
 * @param file where it is, or would be; null without a folder
 * @param values what it says, none if there is no file
 */
record ServingProperties(Path file, Map<String, String> values) {

    static final String NAME = "serving.properties";

    /**
     * Reads the file as DJL does.
     *
     * @param folder the model's folder, may be null
     * @throws ModelFormatException if it can't be read
     */
    static ServingProperties in(Path folder) {
        if (folder == null) {
            return new ServingProperties(null, Map.of());
        }
        Path file = folder.resolve(NAME);
        if (!Files.isRegularFile(file)) {
            return new ServingProperties(file, Map.of());
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new ModelFormatException(
                    Problem.of("the file can't be read").in(file).actual(e.getMessage()), e);
        }
        Map<String, String> values = new TreeMap<>();
        properties
                .stringPropertyNames()
                .forEach(name -> values.put(name, properties.getProperty(name)));
        return new ServingProperties(file, values);
    }

    /** What it says about the engine's session: DJL keeps it from translator factories. */
    Map<String, String> engineOptions() {
        Map<String, String> options = new TreeMap<>();
        values.forEach(
                (name, value) -> {
                    if (name.startsWith(QuantizationArguments.OPTION_PREFIX)) {
                        options.put(
                                name.substring(QuantizationArguments.OPTION_PREFIX.length()),
                                value);
                    }
                });
        return options;
    }
}
