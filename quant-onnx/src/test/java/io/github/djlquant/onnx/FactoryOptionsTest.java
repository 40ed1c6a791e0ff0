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
package io.github.djlquant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.translate.NoopTranslator;
import io.github.djlquant.TemporaryFolder;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.monitor.DriftMonitor;
import io.github.djlquant.monitor.MonitoredBlock;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.translate.QuantizationTranslatorFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Options of the factory that no contract covers. */
class FactoryOptionsTest {

    @TempDir private Path folder;

    private Path network() {
        OnnxBackend backend = new OnnxBackend();
        Path file = folder.resolve("network.onnx");
        backend.write(
                GraphBuilder.onnx(17)
                        .input("x", -1, 3, 8, 8)
                        .random("w", 16, 3, 3, 3)
                        .node("Conv", "c", "x", "w")
                        .node("Relu", "y", "c")
                        .output("y")
                        .build(),
                backend.target(Target.Name.ANY),
                file);
        return file;
    }

    private static QuantizationTranslatorFactory.Builder factory(int seed) {
        return QuantizationTranslatorFactory.builder()
                .setRecipe(Recipe.staticInt8())
                .optCalibration(
                        CalibrationData.ofFeeds(
                                List.of(
                                        Map.of(
                                                "x",
                                                GraphBuilder.random(
                                                        new Random(seed), 64, 3, 8, 8)))))
                .optIgnoreGate(true)
                .optTranslator(new NoopTranslator());
    }

    private static Model open(Path file) throws Exception {
        Model model = Model.newInstance("network", "OnnxRuntime");
        model.load(file);
        return model;
    }

    /** Whoever is told where the artifact is may find it gone: others clean the cache. */
    @Test
    void theMonitorHasItsBaselineBeforeTheArtifactCanGo() throws Exception {
        try (Model model = evictedWhenTold(open(network()))) {
            factory(5)
                    .optDriftMonitor(DriftMonitor.builder())
                    .build()
                    .newInstance(NDList.class, NDList.class, model, Map.of());
            assertThat(Path.of(model.getProperty("djl-quant.artifact"))).doesNotExist();
            assertThat(MonitoredBlock.monitorOf(model)).isPresent();
        }
    }

    @Test
    void theUsersKeyStandsForTheData() throws Exception {
        Path file = network();
        String first = artifact(file, factory(1).optCacheKey("version 1"));
        assertThat(artifact(file, factory(2).optCacheKey("version 1"))).isEqualTo(first);
        assertThat(artifact(file, factory(1).optCacheKey("version 2"))).isNotEqualTo(first);
        assertThat(artifact(file, factory(1))).isNotEqualTo(first);
    }

    private static String artifact(Path file, QuantizationTranslatorFactory.Builder factory)
            throws Exception {
        try (Model model = open(file)) {
            factory.build().newInstance(NDList.class, NDList.class, model, Map.of());
            return model.getProperty("djl-quant.artifact");
        }
    }

    /** A model whose artifact is removed as soon as somebody outside can know of it. */
    private static Model evictedWhenTold(Model real) {
        return (Model)
                Proxy.newProxyInstance(
                        Model.class.getClassLoader(),
                        new Class<?>[] {Model.class},
                        (proxy, called, arguments) -> {
                            if (called.getName().equals("setProperty")
                                    && arguments[0].equals("djl-quant.artifact")) {
                                evict(Path.of((String) arguments[1]).getParent());
                            }
                            try {
                                return called.invoke(real, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private static void evict(Path entry) {
        try {
            new TemporaryFolder(entry).close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
