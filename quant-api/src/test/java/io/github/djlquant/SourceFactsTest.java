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
package io.github.djlquant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.graph.Graph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceFactsTest {

    @TempDir private Path folder;

    @Test
    void weighsAndDigestsAllFilesInTheirOrder() throws IOException {
        Path model = Files.writeString(folder.resolve("model"), "ab");
        Path weights = Files.writeString(folder.resolve("weights"), "c");
        try (SourceFacts facts = of(() -> List.of(model, weights))) {
            assertThat(facts.get().bytes()).isEqualTo(3);
            // The test vector "abc" of FIPS 180-4.
            assertThat(facts.get().sha256())
                    .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        }
    }

    @Test
    void restsWhileOthersNeedTheProcessors() throws IOException {
        Path model = Files.writeString(folder.resolve("model"), "abc");
        CountDownLatch resting = new CountDownLatch(1);
        try (SourceFacts facts =
                of(
                        () -> {
                            awaitQuietly(resting);
                            return List.of(model);
                        })) {
            boolean early =
                    facts.restDuring(
                            () -> {
                                resting.countDown();
                                CompletableFuture<SourceFacts.Facts> got =
                                        CompletableFuture.supplyAsync(facts::get);
                                return got.completeOnTimeout(null, 100, TimeUnit.MILLISECONDS)
                                                .join()
                                        != null;
                            });
            assertThat(early).isFalse();
            assertThat(facts.get().bytes()).isEqualTo(3);
        }
    }

    @Test
    void theDigestIsTakenWhateverHappensBetween() throws IOException {
        Path model = Files.writeString(folder.resolve("model"), "abc");
        List<Graph> shown = new ArrayList<>();
        try (SourceFacts facts =
                SourceFacts.of(
                        () -> null,
                        () -> List.of(model),
                        (graph, wanted) -> {
                            shown.add(graph);
                            throw new CancellationException("of what goes on between");
                        })) {
            assertThat(facts.get().bytes()).isEqualTo(3);
            assertThat(shown).hasSize(1);
        }
        try (SourceFacts facts =
                SourceFacts.of(
                        () -> {
                            throw new UnsupportedModelException(Problem.of("no model"));
                        },
                        () -> List.of(model),
                        (graph, wanted) -> shown.add(graph))) {
            assertThat(facts.get().bytes()).isEqualTo(3);
            assertThat(shown).as("there is nothing to show").hasSize(1);
        }
    }

    @Test
    void handsOnWhatIsWrongWithTheSource() {
        UnsupportedModelException wrong =
                new UnsupportedModelException(Problem.of("a model of another kind"));
        try (SourceFacts facts =
                of(
                        () -> {
                            throw wrong;
                        })) {
            assertThatThrownBy(facts::get).isSameAs(wrong);
        }
        try (SourceFacts facts = of(() -> List.of(folder.resolve("absent")))) {
            assertThatThrownBy(facts::get)
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("absent");
        }
    }

    @Test
    void givesUpWhenTheWaitingThreadIsInterrupted() {
        CountDownLatch never = new CountDownLatch(1);
        try (SourceFacts facts =
                of(
                        () -> {
                            awaitQuietly(never);
                            return List.of();
                        })) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(facts::get).isInstanceOf(QuantizationCancelledException.class);
        }
    }

    @Test
    void readsTheModelBeforeAnythingElse() {
        Graph graph =
                new Graph(
                        "g", List.of(), List.of(), List.of(), Map.of(), Map.of(), Map.of(),
                        Map.of(), Map.of());
        try (SourceFacts facts = SourceFacts.of(() -> graph, List::of)) {
            assertThat(facts.graph()).isSameAs(graph);
        }
        ModelFormatException wrong = new ModelFormatException(Problem.of("no model"));
        try (SourceFacts facts =
                SourceFacts.of(
                        () -> {
                            throw wrong;
                        },
                        List::of)) {
            assertThatThrownBy(facts::graph).isSameAs(wrong);
        }
    }

    private static SourceFacts of(Supplier<List<Path>> files) {
        return SourceFacts.of(() -> null, files);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
