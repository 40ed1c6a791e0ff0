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
package io.github.djlquant.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.ModelFormatException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.CpuClass;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.ProbeRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link Backend} must do. An engine's tests extend this class and supply a graph in the
 * engine's dialect.
 */
public abstract class BackendContract extends ProbeContract {

    /** A folder for written files. */
    @TempDir protected Path folder;

    /** Creates the suite. */
    protected BackendContract() {}

    /** The backend is found by its engine's name, and reads what it names its own. */
    @Test
    public void isFoundByServiceLoader() {
        assertThat(Backends.forEngine(backend().getEngineName())).hasSameClassAs(backend());
        assertThat(backend().runtimeVersion()).matches("\\d+\\.\\d+.*");
    }

    /** Writing and reading change no answer. */
    @Test
    public void aWrittenGraphAnswersTheSame() {
        Path file = write();
        Map<String, Tensor> feeds = feeds(BATCH, 1);
        Map<String, Tensor> expected = run(graph(), feeds);

        assertThat(backend().reads(file)).isTrue();
        assertThat(Backends.forFile(file)).hasSameClassAs(backend());
        assertSame(run(backend().read(file), feeds), expected);
        try (GraphRunner runner = backend().open(file, ONE_THREAD)) {
            assertSame(runner.run(feeds), expected);
        }
    }

    /** An unoptimized run gives the same answers, up to rounding. */
    @Test
    public void optimizingChangesNoAnswer() {
        Map<String, Tensor> feeds = feeds(BATCH, 2);
        try (GraphRunner runner = backend().open(graph(), new RunOptions(1, false))) {
            assertSame(runner.run(feeds), run(graph(), feeds));
        }
    }

    /** Wrong inputs name themselves, and the runner survives them. */
    @Test
    public void wrongInputsAreTypedErrors() {
        Map<String, Tensor> right = feeds(BATCH, 8);
        String name = graph().inputs().get(0).name();
        Map<String, Tensor> unknown = new HashMap<>(right);
        unknown.put("no such input", right.get(name));
        Map<String, Tensor> missing = new HashMap<>(right);
        missing.remove(name);
        Map<String, Tensor> otherType = new HashMap<>(right);
        otherType.put(name, Tensor.ofLongs(new long[] {1}, 1));
        Map<String, Tensor> otherRank = new HashMap<>(right);
        otherRank.put(name, Tensor.ofFloats(new float[] {1}, 1));
        try (GraphRunner runner = backend().open(graph(), ONE_THREAD)) {
            assertThatThrownBy(() -> runner.run(unknown))
                    .isInstanceOf(CalibrationException.class)
                    .hasMessageContaining("no such input");
            for (Map<String, Tensor> wrong : List.of(missing, otherType, otherRank)) {
                assertThatThrownBy(() -> runner.run(wrong))
                        .isInstanceOf(CalibrationException.class)
                        .hasMessageContaining(name);
            }
            assertThat(runner.run(right)).isNotEmpty();
        }
    }

    /** A file that is no model is a typed error that names the file. */
    @Test
    public void aBrokenFileIsATypedError() throws IOException {
        byte[] whole = Files.readAllBytes(write());
        Path file = folder.resolve("broken" + backend().fileExtension());
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));

        assertThatThrownBy(() -> backend().read(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(file.getFileName().toString());
        assertThatThrownBy(() -> backend().open(file, ONE_THREAD).close())
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(file.getFileName().toString());
    }

    /** A closed runner says so; closing twice does nothing. */
    @Test
    public void aClosedRunnerRefuses() {
        GraphRunner runner = backend().open(graph(), ONE_THREAD);
        ProbeRunner prober =
                backend().probe(graph(), List.of(minMax(activations().get(0))), ONE_THREAD);
        runner.close();
        runner.close();
        prober.close();
        prober.close();

        assertThatThrownBy(() -> runner.run(feeds(1, 9))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> prober.run(feeds(1, 9), 0))
                .isInstanceOf(IllegalStateException.class);
    }

    /** Several threads get the answers that one gets. */
    @Test
    public void threadsShareARunner() throws Exception {
        List<Map<String, Tensor>> expected = new ArrayList<>();
        for (int seed = 0; seed < 4; seed++) {
            expected.add(run(graph(), feeds(BATCH, seed)));
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (GraphRunner runner = backend().open(graph(), ONE_THREAD)) {
            List<Future<Map<String, Tensor>>> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int seed = i % 4;
                answers.add(threads.submit(() -> runner.run(feeds(BATCH, seed))));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertSame(answers.get(i).get(), expected.get(i % 4));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Targets carry what their names promise. */
    @Test
    public void targetsAreData() {
        for (Target.Name name : Target.Name.values()) {
            assertThat(backend().target(name).name()).isEqualTo(name.text());
        }
        assertThat(backend().target(Target.Name.ANY).pairSafeWeights()).isTrue();
        assertThat(backend().target(Target.Name.ANY).cpu()).isNull();
        assertThat(backend().target(Target.Name.HERE).cpu()).isEqualTo(CpuClass.here());
        assertThat(backend().target(Target.Name.X86_AVX2).pairSafeWeights()).isTrue();
    }

    /** The engine tells which kernels it runs; a float graph has none on integers. */
    @Test
    public void kernelsAreReadBack() {
        assertThat(backend().explain(write()).kernels())
                .isNotEmpty()
                .noneMatch(kernel -> kernel.int8());
    }

    private Path write() {
        Path file = folder.resolve("model" + backend().fileExtension());
        backend().write(graph(), backend().target(Target.Name.ANY), file);
        return file;
    }

    private Map<String, Tensor> run(Graph graph, Map<String, Tensor> feeds) {
        try (GraphRunner runner = backend().open(graph, ONE_THREAD)) {
            return runner.run(feeds);
        }
    }

    private static void assertSame(Map<String, Tensor> actual, Map<String, Tensor> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach(
                (name, tensor) -> {
                    assertThat(actual.get(name).shape()).isEqualTo(tensor.shape());
                    assertThat(actual.get(name).toFloats())
                            .as(name)
                            .containsExactly(tensor.toFloats(), within(1e-5f));
                });
    }
}
