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

import io.github.djlquant.evaluate.LatencyRatio;
import io.github.djlquant.recipe.Method;
import io.github.djlquant.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tries the recipes that may suit a model, each with its verification, and hands over the best that
 * passes its gate: the fastest on this machine, and among equally fast ones the smallest. That may
 * be the float model in the form that the runtime computes fastest ({@link Recipe#optimize()}); the
 * result's warnings say so, and how the others did.
 *
 * <pre>
 *   with data:     static-int8, dynamic-int8, optimize
 *   without data:  dynamic-int8, optimize
 * </pre>
 *
 * <p>{@link Quantizer.Builder#optAuto} leads here.
 */
final class AutoQuantizer {

    private final Quantizer.Settings settings;
    private final List<String> refusals = new ArrayList<>();

    AutoQuantizer(Quantizer.Settings settings) {
        this.settings = settings;
    }

    /** One recipe's result, in a folder of its own. */
    private record Attempt(Recipe recipe, QuantizedModel model) {

        Optional<LatencyRatio> latency() {
            return model.evaluation().latency();
        }

        /** Faster beyond doubt, or as fast and smaller. */
        boolean beats(Attempt other) {
            if (latency().isPresent() && other.latency().isPresent()) {
                LatencyRatio own = latency().get();
                LatencyRatio others = other.latency().get();
                if (own.low() > others.high()) {
                    return true;
                }
                if (own.high() < others.low()) {
                    return false;
                }
            }
            return model.bytes() < other.model.bytes();
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%s (%,d bytes%s)",
                    recipe.name(),
                    model.bytes(),
                    latency()
                            .map(l -> String.format(Locale.ROOT, ", %.2fx as fast", l.ratio()))
                            .orElse(""));
        }
    }

    QuantizedModel quantize(Path source, Path output) {
        try (StagedFile stage = StagedFile.beside(output, settings.overwrite());
                StagedFile description = StagedFile.beside(QuantJson.fileOf(output), true)) {
            Path folder = Files.createTempDirectory("djl-quant-auto");
            try {
                Attempt best = best(source, output, folder);
                QuantizedModel model = handOver(best, output);
                Files.copy(
                        best.model().file(),
                        stage.path(),
                        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                QuantJson.write(model, description.path());
                StageClock.refuseIfInterrupted();
                stage.refuseIfTaken();
                description.commit();
                stage.commit();
                return model;
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new QuantizationException(
                    Problem.of("the candidates can't be written")
                            .in(output)
                            .actual(e)
                            .next("Make room in the folder of temporary files (java.io.tmpdir)"),
                    e);
        }
    }

    private Attempt best(Path source, Path output, Path folder) throws IOException {
        Attempt best = null;
        List<Attempt> passed = new ArrayList<>();
        for (Recipe recipe : candidates()) {
            Path own =
                    Files.createDirectory(
                            folder.resolve(Integer.toString(passed.size() + refusals.size())));
            Optional<Attempt> attempt = attempt(recipe, source, own.resolve(output.getFileName()));
            if (attempt.isPresent()) {
                passed.add(attempt.get());
                best = best == null || attempt.get().beats(best) ? attempt.get() : best;
            }
        }
        if (best == null) {
            throw new GateException(
                    Problem.of(
                                    "no recipe gives a model that passes: "
                                            + String.join("; ", refusals))
                            .in(source)
                            .next("Give more or more typical data, or choose a recipe yourself"));
        }
        for (Attempt other : passed) {
            if (other != best) {
                refusals.add(other + ": passed, but is no better");
            }
        }
        return best;
    }

    private Optional<Attempt> attempt(Recipe recipe, Path source, Path file) {
        try {
            Quantizer.Settings own = settings.trying(recipe);
            return Optional.of(new Attempt(recipe, Quantizer.of(own).quantize(source, file)));
        } catch (GateException | UnsupportedModelException e) {
            refusals.add(recipe.name() + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Scope, schemes and gate of the recipe that was given hold for all. */
    private List<Recipe> candidates() {
        List<Recipe> candidates = new ArrayList<>();
        Recipe base = settings.recipe();
        if (settings.calibration() != null || settings.table() != null) {
            candidates.add(base.withName("static-int8").withMethod(Method.STATIC));
        }
        candidates.add(base.withName("dynamic-int8").withMethod(Method.DYNAMIC));
        candidates.add(base.withName("optimize").withMethod(Method.FLOAT));
        return candidates;
    }

    private QuantizedModel handOver(Attempt best, Path output) {
        List<String> warnings = new ArrayList<>(best.model().warnings());
        warnings.add(
                "auto chose "
                        + best
                        + (best.recipe().method() == Method.FLOAT
                                ? ": the float model, optimized; nothing is quantized"
                                : "")
                        + (refusals.isEmpty() ? "" : ". " + String.join(". ", refusals)));
        QuantizedModel model = best.model();
        return new QuantizedModel(
                output,
                model.sourceBytes(),
                model.bytes(),
                model.provenance(),
                model.plan(),
                model.notes(),
                model.execution(),
                model.evaluation(),
                warnings,
                model.times(),
                model.calibrationTable());
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
