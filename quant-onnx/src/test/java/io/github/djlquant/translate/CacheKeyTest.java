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

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.npz.NpzWriter;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.proto.ModelProto;
import io.github.djlquant.onnx.proto.TensorProto;
import io.github.djlquant.onnx.read.Models;
import io.github.djlquant.op.OpCatalogExtension;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever changes the result, changes the key. */
class CacheKeyTest {

    private final Backend backend = Backends.forEngine("OnnxRuntime");

    @TempDir Path folder;
    private Path model;

    @BeforeEach
    void writeModelWithExternalWeights() throws IOException {
        ModelProto.Builder proto = Models.scaled();
        proto.getGraphBuilder()
                .getInitializerBuilder(0)
                .clearRawData()
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(Models.entry("location", "weights.bin"));
        model = Models.write(proto, folder.resolve("model.onnx"));
        Files.write(folder.resolve("weights.bin"), new byte[16]);
    }

    private String key(CalibrationData data, boolean force) {
        return key(data, force, null);
    }

    private String key(CalibrationData data, boolean force, String cacheKey) {
        QuantizationOptions options =
                new QuantizationOptions(
                        List.of(Recipe.staticInt8()),
                        Target.Name.ANY,
                        DataChoice.of(data).withKey(cacheKey),
                        BlockChoice.NONE,
                        null,
                        force,
                        Map.of());
        return CacheKey.of(new ModelFile(model, backend), backend, options, data);
    }

    private static CalibrationData feeds(float value) {
        return CalibrationData.ofFeeds(
                List.of(Map.of("x", Tensor.ofFloats(new float[] {value, 0, 0, 0}, 1, 4))));
    }

    @Test
    void isStable() {
        assertThat(key(feeds(1), false)).isEqualTo(key(feeds(1), false));
    }

    @Test
    void knowsWeightsOutsideTheModelsFile() throws IOException {
        String before = key(null, false);
        Files.write(
                folder.resolve("weights.bin"),
                new byte[] {0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        assertThat(key(null, false)).isNotEqualTo(before);
    }

    @Test
    void takesTheUsersKeyInsteadOfTheData() {
        assertThat(key(feeds(1), false)).isNotEqualTo(key(feeds(2), false));
        assertThat(key(feeds(1), false, "a")).isEqualTo(key(feeds(2), false, "a"));
        assertThat(key(feeds(1), false, "a")).isNotEqualTo(key(feeds(1), false, "b"));
    }

    @Test
    void keepsWhatWasTakenByForceApart() {
        assertThat(key(null, true)).isNotEqualTo(key(null, false));
    }

    @Test
    void knowsTheTransformsOnTheClassPath() throws IOException {
        assertThatItChangesTheKey(BlockTransform.class, AnotherTransform.class);
    }

    @Test
    void knowsTheRowsOnTheClassPath() throws IOException {
        assertThatItChangesTheKey(OpCatalogExtension.class, AnotherRow.class);
    }

    private void assertThatItChangesTheKey(Class<?> kind, Class<?> found) throws IOException {
        String before = key(null, false);
        Path service =
                Files.createDirectories(folder.resolve("META-INF/services"))
                        .resolve(kind.getName());
        Files.writeString(service, found.getName());
        ClassLoader usual = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader more = new URLClassLoader(new URL[] {folder.toUri().toURL()}, usual)) {
            Thread.currentThread().setContextClassLoader(more);
            assertThat(key(null, false)).isNotEqualTo(before);
        } finally {
            Thread.currentThread().setContextClassLoader(usual);
        }
    }

    @Test
    void knowsTheCodeOfATransform() throws Exception {
        String version1 = keyWithCompiled("v1", "true");
        assertThat(keyWithCompiled("again", "true")).isEqualTo(version1);
        assertThat(keyWithCompiled("v2", "false")).as("edited").isNotEqualTo(version1);
    }

    @Test
    void knowsTheCodeOfHelpersAlsoInJars() throws Exception {
        String version1 = keyWithCompiled("v1", "Helper.answer()", 1, false);
        assertThat(keyWithCompiled("again", "Helper.answer()", 1, false)).isEqualTo(version1);
        assertThat(keyWithCompiled("v2", "Helper.answer()", 2, false))
                .as("only its helper is another one")
                .isNotEqualTo(version1);
        String inJar = keyWithCompiled("v3", "Helper.answer()", 3, true);
        assertThat(keyWithCompiled("v4", "Helper.answer()", 4, true)).isNotEqualTo(inJar);
    }

    private String keyWithCompiled(String name, String answer) throws Exception {
        return keyWithCompiled(name, answer, 1, false);
    }

    /** The key with a transform on the class path that answers so. */
    private String keyWithCompiled(String name, String answer, int odd, boolean jar)
            throws Exception {
        Path classes = Files.createDirectories(folder.resolve(name));
        Path source = classes.resolve("Edited.java");
        Files.writeString(
                source,
                """
                import io.github.djlquant.graph.Graph;
                import io.github.djlquant.transform.*;
                public class Edited implements BlockTransform {
                  public Phase phase() { return Phase.FUSE; }
                  public boolean isFloatEquivalent() { return %s; }
                  public boolean requires(TransformContext context) { return false; }
                  public Graph apply(Graph graph, TransformContext context) { return graph; }
                }
                """
                        .formatted(answer));
        Path helper = classes.resolve("Helper.java");
        Files.writeString(
                helper,
                "class Helper { static boolean answer() { return %d %% 2 > 0; } }".formatted(odd));
        int failed =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-proc:none",
                                "-cp",
                                Path.of(
                                                BlockTransform.class
                                                        .getProtectionDomain()
                                                        .getCodeSource()
                                                        .getLocation()
                                                        .toURI())
                                        .toString(),
                                source.toString(),
                                helper.toString());
        assertThat(failed).isZero();
        Path services = Files.createDirectories(classes.resolve("META-INF/services"));
        Files.writeString(services.resolve(BlockTransform.class.getName()), "Edited");
        ClassLoader usual = Thread.currentThread().getContextClassLoader();
        Path place = jar ? packed(classes) : classes;
        try (URLClassLoader more = new URLClassLoader(new URL[] {place.toUri().toURL()}, usual)) {
            Thread.currentThread().setContextClassLoader(more);
            return key(null, false);
        } finally {
            Thread.currentThread().setContextClassLoader(usual);
        }
    }

    private static Path packed(Path classes) throws IOException {
        Path jar = classes.resolveSibling(classes.getFileName() + ".jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = classes.relativize(file).toString();
                if (!name.endsWith(".java")) {
                    zip.putNextEntry(new ZipEntry(name));
                    Files.copy(file, zip);
                }
            }
        }
        return jar;
    }

    @Test
    void knowsEveryFileOfAPath() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        for (int i = 0; i < 3; i++) {
            NpzWriter.write(
                    data.resolve(i + ".npz"), Map.of("x", Tensor.ofFloats(new float[400], 100, 4)));
        }
        String before = key(CalibrationData.ofPath(data), false);
        assertThat(key(CalibrationData.ofPath(data), false)).isEqualTo(before);
        // Beyond the first rows.
        Files.setLastModifiedTime(data.resolve("2.npz"), FileTime.fromMillis(1000));
        String touched = key(CalibrationData.ofPath(data), false);
        assertThat(touched).isNotEqualTo(before);
        Files.delete(data.resolve("2.npz"));
        assertThat(key(CalibrationData.ofPath(data), false)).isNotEqualTo(touched);
    }

    /** Stands for a transform of somebody else's. */
    public static final class AnotherTransform implements BlockTransform {
        @Override
        public Phase phase() {
            return Phase.FUSE;
        }

        @Override
        public boolean isFloatEquivalent() {
            return true;
        }

        @Override
        public boolean requires(TransformContext context) {
            return false;
        }

        @Override
        public Graph apply(Graph graph, TransformContext context) {
            return graph;
        }
    }

    /** Of no operator; that it is there is enough. */
    public static final class AnotherRow implements OpCatalogExtension {

        /** Called by ServiceLoader. */
        public AnotherRow() {}

        @Override
        public Collection<OpSpec> rows() {
            return List.of();
        }
    }
}
