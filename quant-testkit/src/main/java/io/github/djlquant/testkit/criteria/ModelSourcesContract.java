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
package io.github.djlquant.testkit.criteria;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import com.sun.net.httpserver.HttpServer;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.translate.QuantizableModel;
import io.github.djlquant.translate.QuantizationTranslatorFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** Every place that DJL loads models from. */
public abstract class ModelSourcesContract extends CriteriaFixture {

    /**
     * Creates the suite.
     *
     * @param kind the kind of model under test
     */
    protected ModelSourcesContract(FloatModel kind) {
        super(kind);
    }

    private void assertLoads(Criteria.Builder<float[], float[]> builder) throws Exception {
        try (ZooModel<float[], float[]> int8 =
                builder.optTranslatorFactory(factory(new Rows(rowShape()))).build().loadModel()) {
            assertQuantized(int8);
        }
    }

    /**
     * A folder with the model.
     *
     * @throws Exception if something fails
     */
    @Test
    public void aFolder() throws Exception {
        assertLoads(anywhere().optModelPath(model.getParent()));
    }

    /**
     * A folder with several models, one of which is named.
     *
     * @throws Exception if something fails
     */
    @Test
    public void aNamedModelOfAFolder() throws Exception {
        Path other = folder.resolve("several");
        Files.createDirectories(other);
        Files.copy(model, other.resolve(kind().fileName("one")));
        Files.writeString(other.resolve(kind().fileName("several")), "no model");
        assertLoads(anywhere().optModelPath(other).optModelName("one"));
    }

    private Path zip(String name) throws IOException {
        Path zip = folder.resolve(name);
        try (ZipOutputStream stream = new ZipOutputStream(Files.newOutputStream(zip))) {
            stream.putNextEntry(new ZipEntry(model.getFileName().toString()));
            Files.copy(model, stream);
            stream.closeEntry();
        }
        return zip;
    }

    /**
     * A local archive.
     *
     * @throws Exception if something fails
     */
    @Test
    public void aZip() throws Exception {
        assertLoads(anywhere().optModelUrls(zip("network.zip").toUri().toString()));
    }

    /**
     * An archive of a web server.
     *
     * @throws Exception if something fails
     */
    @Test
    public void aZipOfAWebServer() throws Exception {
        byte[] bytes = Files.readAllBytes(zip("network.zip"));
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/network.zip",
                exchange -> {
                    boolean head = exchange.getRequestMethod().equals("HEAD");
                    exchange.sendResponseHeaders(200, head ? -1 : bytes.length);
                    if (!head) {
                        try (OutputStream body = exchange.getResponseBody()) {
                            body.write(bytes);
                        }
                    }
                    exchange.close();
                });
        server.start();
        try {
            assertLoads(
                    anywhere()
                            .optModelUrls(
                                    "http://127.0.0.1:"
                                            + server.getAddress().getPort()
                                            + "/network.zip"));
        } finally {
            server.stop(0);
        }
    }

    /**
     * An archive on the class path.
     *
     * @throws Exception if something fails
     */
    @Test
    public void aZipOnTheClassPath() throws Exception {
        zip("classpath-network.zip");
        ClassLoader usual = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader more = new URLClassLoader(new URL[] {folder.toUri().toURL()}, usual)) {
            Thread.currentThread().setContextClassLoader(more);
            assertLoads(anywhere().optModelUrls("jar:///classpath-network.zip?model_name=network"));
        } finally {
            Thread.currentThread().setContextClassLoader(usual);
        }
    }

    /**
     * A model zoo, of which a filter takes one artifact.
     *
     * @throws Exception if something fails
     */
    @Test
    public void aZoo() throws Exception {
        // DJL never loads the same coordinates anew.
        String id = kind().getClass().getSimpleName().toLowerCase(Locale.ROOT);
        Path artifact =
                folder.resolve("mlrepo/model/cv/image_classification/com/example").resolve(id);
        Path version = Files.createDirectories(artifact.resolve("0.0.1"));
        String name = model.getFileName().toString();
        Files.copy(model, version.resolve(name));
        Files.writeString(version.resolve(kind().fileName("broken")), "no model");
        Files.writeString(
                artifact.resolve("metadata.json"),
                """
                {"metadataVersion": "0.2", "resourceType": "model", "application": "cv/image_classification",
                 "groupId": "com.example", "artifactId": "%s", "name": "network",
                 "artifacts": [
                  {"version": "0.0.1", "snapshot": false, "name": "broken", "properties": {"kind": "broken"},
                   "files": {"model": {"uri": "0.0.1/%s", "name": "%s", "size": "8"}}},
                  {"version": "0.0.1", "snapshot": false, "name": "network", "properties": {"kind": "whole"},
                   "arguments": {"translatorFactory": "%s", "rowShape": "%s"},
                   "files": {"model": {"uri": "0.0.1/%s", "name": "%s", "size": "%d"}}}]}
                """
                        .formatted(
                                id,
                                kind().fileName("broken"),
                                kind().fileName("broken"),
                                RowsFactory.class.getName(),
                                shape(),
                                name,
                                name,
                                Files.size(model)));
        // The zoo's own translator factory is taken, as nothing else is said.
        QuantizationTranslatorFactory zoos =
                factoryBuilder()
                        .setRecipe(Recipe.staticInt8())
                        .optCalibration(CalibrationData.ofPath(data))
                        .build();
        try (ZooModel<float[], float[]> int8 =
                anywhere()
                        .optModelUrls(folder.resolve("mlrepo").toUri().toString())
                        .optFilter("kind", "whole")
                        .optTranslatorFactory(zoos)
                        .build()
                        .loadModel()) {
            assertQuantized(int8);
        }
    }

    /**
     * DJL's own call, on what a criteria loaded.
     *
     * @throws Exception if something fails
     */
    @Test
    public void aLoadedModelQuantizesItself() throws Exception {
        Criteria<float[], float[]> criteria =
                criteria().optTranslator(new Rows(rowShape())).build();
        try (ZooModel<float[], float[]> plain = criteria.loadModel()) {
            assertThatThrownBy(plain::quantize).isInstanceOf(UnsupportedOperationException.class);
        }
        try (QuantizableModel<float[], float[]> model = QuantizableModel.load(criteria)) {
            assertThat(predict(model, row(77))).isEqualTo(floatAnswer(row(77)));
            model.quantize(Recipe.staticInt8(), CalibrationData.ofPath(data));
            assertQuantized(model);
            String artifact = model.getProperty("djl-quant.artifact");
            model.quantize();
            assertThat(model.getProperty("djl-quant.artifact")).isEqualTo(artifact);
            assertQuantized(QuantizableModel.of(model));
            Path file = Path.of(artifact);
            try (Model made = Model.newInstance("made", Backends.forFile(file).getEngineName())) {
                made.load(file);
                QuantizableModel.of(made).quantize();
                assertThat(made.getProperty("djl-quant.artifact")).as("nothing was done").isNull();
            }
        }
    }

    /**
     * A model that does not suit stays as it was.
     *
     * @throws Exception if something fails
     */
    @Test
    public void aModelThatCannotBeQuantizedStaysOpen() throws Exception {
        try (QuantizableModel<float[], float[]> model =
                QuantizableModel.of(
                        criteria().optTranslator(new Rows(rowShape())).build().loadModel())) {
            // A convolutional network without data.
            assertThatThrownBy(model::quantize).hasMessageContaining("dynamic");
            assertThat(predict(model, row(7))).isEqualTo(floatAnswer(row(7)));
        }
    }

    /**
     * A model on a GPU is refused, and told what to do.
     *
     * @throws Exception if something fails
     */
    @Test
    public void gpusAreRefused() throws Exception {
        // The factory closes what it refuses.
        Model real = kind().load(model);
        NDManager manager =
                instead(NDManager.class, real.getNDManager(), "getDevice", Device.gpu());
        Model onGpu = instead(Model.class, real, "getNDManager", manager);
        assertThatThrownBy(
                        () ->
                                factory(new Rows(rowShape()))
                                        .newInstance(float[].class, float[].class, onGpu, Map.of()))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("optDevice(Device.cpu())");
        assertThat(real.getNDManager().isOpen()).isFalse();
    }

    private static <T> T instead(Class<T> type, T real, String method, Object answer) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, called, arguments) -> {
                            if (called.getName().equals(method)) {
                                return answer;
                            }
                            try {
                                return called.invoke(real, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }));
    }

    /**
     * Half-made and damaged entries are made anew, copied ones are taken.
     *
     * @throws Exception if something fails
     */
    @Test
    public void theCacheRepairsItself() throws Exception {
        Criteria<float[], float[]> criteria =
                criteria().optTranslatorFactory(factory(new Rows(rowShape()))).build();
        Path artifact;
        try (ZooModel<float[], float[]> first = criteria.loadModel()) {
            artifact = Path.of(first.getProperty("djl-quant.artifact"));
        }
        Path record = artifact.resolveSibling("entry.json");
        long size = Files.size(artifact);
        Damage[] all = {
            () -> Files.write(artifact, new byte[100]),
            () -> Files.delete(artifact),
            () -> Files.writeString(record, "{\"file\": 3"),
            () -> Files.delete(record),
            () -> Files.writeString(record, "{}"),
            () -> Files.write(artifact, new byte[(int) size]),
            () -> {
                Files.delete(artifact);
                Files.delete(record);
                Files.writeString(
                        Files.createDirectories(artifact.resolveSibling("trials/static-int8"))
                                .resolve("x"),
                        "half");
            },
        };
        for (Damage damage : all) {
            damage.run();
            try (ZooModel<float[], float[]> again = criteria.loadModel()) {
                assertThat(Path.of(again.getProperty("djl-quant.artifact"))).isEqualTo(artifact);
                assertThat(artifact).hasSize(size);
                assertThat(record).exists();
                try (Predictor<float[], float[]> predictor = again.newPredictor()) {
                    assertThat(predictor.predict(row(1))).isNotEmpty();
                }
            }
        }
    }

    private interface Damage {
        void run() throws IOException;
    }
}
