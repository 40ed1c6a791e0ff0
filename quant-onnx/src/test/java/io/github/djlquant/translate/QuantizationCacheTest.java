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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDList;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.proto.GraphProto;
import io.github.djlquant.onnx.read.Models;
import io.github.djlquant.recipe.Recipe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found, what is made anew, and what nobody may remove. */
class QuantizationCacheTest {

    @TempDir Path folder;

    private final Backend backend = Backends.forEngine("OnnxRuntime");
    private final AtomicInteger made = new AtomicInteger();

    private Path product(String name) throws Exception {
        float[] weights = new float[512 * 512];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) Math.sin(i);
        }
        GraphProto.Builder product =
                GraphProto.newBuilder()
                        .setName("product")
                        .addInput(Models.value("x", 1, 512))
                        .addOutput(Models.value("y", 1, 512))
                        .addInitializer(
                                Models.floats("w", weights).clearDims().addDims(512).addDims(512))
                        .addNode(Models.node("MatMul", List.of("x", "w"), "y"));
        return Models.write(Models.model(product), folder.resolve(name));
    }

    private <T> T open(Path model, Function<QuantizationCache.Artifact, T> opening) {
        QuantizationOptions options =
                new QuantizationOptions(
                        List.of(Recipe.dynamicInt8()),
                        Target.Name.ANY,
                        DataChoice.of(null),
                        BlockChoice.NONE,
                        null,
                        true,
                        Map.of());
        return QuantizationCache.open(
                counted(new ModelFile(model, backend)), backend, options, () -> null, opening);
    }

    /** The same; the file of the float model is asked for only where an artifact is made. */
    private CacheSource counted(CacheSource source) {
        return new CacheSource() {
            @Override
            public String fileName() {
                return source.fileName();
            }

            @Override
            public Path origin() {
                return source.origin();
            }

            @Override
            public String digest(SourceDigests known) {
                return source.digest(known);
            }

            @Override
            public Graph graph() {
                return source.graph();
            }

            @Override
            public Path file() {
                made.incrementAndGet();
                return source.file();
            }

            @Override
            public void close() {
                source.close();
            }
        };
    }

    private void openWith(Path model, CalibrationData data) {
        QuantizationOptions options = QuantizationOptions.of(Recipe.staticInt8(), data);
        QuantizationCache.open(
                new ModelFile(model, backend), backend, options, () -> data, artifact -> artifact);
    }

    /**
     * Whatever a user's iterator throws: while the key is taken, while it is asked for the first.
     */
    @Test
    void whatTheDataThrowsIsTheDatas() throws Exception {
        Path model = product("data.onnx");
        IOException gone = new IOException("the share is gone");
        UncheckedIOException thrown = new UncheckedIOException(gone);
        Iterator<NDList> breaking =
                new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return true;
                    }

                    @Override
                    public NDList next() {
                        throw thrown;
                    }
                };
        for (Iterable<NDList> batches :
                List.<Iterable<NDList>>of(
                        () -> breaking,
                        () -> {
                            throw thrown;
                        })) {
            assertThatThrownBy(() -> openWith(model, CalibrationData.ofBatches(batches)))
                    .isInstanceOf(CalibrationException.class)
                    .hasMessageContainingAll("calibration batches", "the share is gone")
                    .hasRootCause(gone);
        }
    }

    /** The key looks at the first 64 rows only: what fails later fails while it is quantized. */
    @Test
    void whatTheDataThrowsLateIsTheDatasToo() throws Exception {
        Path model = product("late.onnx");
        IllegalStateException thrown = new IllegalStateException("the server hung up");
        Tensor row = Tensor.ofFloats(new float[512], 1, 512);
        CalibrationData data =
                CalibrationData.ofFeeds(
                        () ->
                                Stream.concat(
                                                Stream.generate(() -> Map.of("x", row)).limit(80),
                                                Stream.generate(
                                                        () -> {
                                                            throw thrown;
                                                        }))
                                        .map(feed -> (Map<String, Tensor>) feed)
                                        .iterator());
        assertThatThrownBy(() -> openWith(model, data))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContainingAll("calibration feeds", "behind row", "hung up")
                .hasCause(thrown);
        assertThat(QuantizationCache.entries())
                .noneMatch(entry -> model.equals(entry.source()))
                .allMatch(CacheEntry::whole);
    }

    private Path open(Path model) {
        return open(
                model,
                artifact -> {
                    backend.read(artifact.file());
                    return artifact.file();
                });
    }

    @Test
    void whatIsBeingOpenedStays() throws Exception {
        boolean there =
                open(
                        product("model.onnx"),
                        artifact -> {
                            CompletableFuture.runAsync(QuantizationCache::clear).join();
                            return Files.exists(artifact.file());
                        });
        assertThat(there).isTrue();
    }

    @Test
    void filesOfOtherNamesHaveEntriesOfTheirOwn() throws Exception {
        Path first = open(product("a.onnx"));
        Path second = open(product("b.onnx"));
        int before = made.get();
        assertThat(open(product("a.onnx"))).isEqualTo(first).exists();
        assertThat(open(product("b.onnx"))).isEqualTo(second).exists();
        assertThat(made).hasValue(before);
    }

    @Test
    void damageThatKeepsSizeAndTimeIsMadeAnew() throws Exception {
        Path model = product("damaged.onnx");
        Path artifact = open(model);
        made.set(0);
        FileTime written = Files.getLastModifiedTime(artifact);
        Files.write(artifact, new byte[(int) Files.size(artifact)]);
        Files.setLastModifiedTime(artifact, written);

        assertThat(open(model)).isEqualTo(artifact);
        assertThat(made).as("found damaged").hasValue(1);
        open(model);
        assertThat(made).hasValue(1);
    }

    @Test
    void whatIsWholeStaysThoughTheEngineRefusesIt() throws Exception {
        Path model = product("refused.onnx");
        Path artifact = open(model);
        made.set(0);
        RecipeException refusal = new RecipeException(Problem.of("no such option"));

        assertThatThrownBy(
                        () ->
                                open(
                                        model,
                                        found -> {
                                            throw refusal;
                                        }))
                .isSameAs(refusal);
        assertThat(open(model)).isEqualTo(artifact);
        assertThat(made).hasValue(0);
    }

    @Test
    void aRecordOfWhatIsNoPathIsDamaged() throws Exception {
        Path model = product("record.onnx");
        Path entry = open(model).getParent();
        made.set(0);
        Path record = entry.resolve(CacheRecord.NAME);
        Files.writeString(
                record,
                Files.readString(record)
                        .replace("record.onnx\",\n  \"recipe", "\\u0000\",\n  \"recipe"));
        assertThat(record).content().contains("u0000");

        assertThat(QuantizationCache.entries())
                .filteredOn(listed -> listed.folder().equals(entry))
                .extracting(CacheEntry::source)
                .containsExactly((Path) null);
        open(model);
        assertThat(made).hasValue(1);
    }
}
