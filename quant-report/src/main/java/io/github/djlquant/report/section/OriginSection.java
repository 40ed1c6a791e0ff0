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
package io.github.djlquant.report.section;

import io.github.djlquant.Provenance;
import io.github.djlquant.evaluate.Subject;
import io.github.djlquant.recipe.RecipeJson;
import io.github.djlquant.report.Report;
import io.github.djlquant.report.view.Block;
import io.github.djlquant.report.view.Figures;
import io.github.djlquant.report.view.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where the model and the figures come from, and how to get them again. */
final class OriginSection implements SectionMaker {

    @Override
    public Optional<Section> make(Report report) {
        Optional<Subject> subject = report.evaluation().subject();
        if (subject.isEmpty()) {
            return Optional.empty();
        }
        Optional<Provenance> provenance = subject.get().provenance();
        List<Block> blocks = new ArrayList<>();
        subject.get()
                .command()
                .ifPresent(c -> blocks.add(new Block.Code("command", "To get it again", c)));
        blocks.add(facts(subject.get()));
        provenance.ifPresent(
                p ->
                        blocks.add(
                                new Block.Code(
                                        "recipe", "The recipe", RecipeJson.print(p.recipe()))));
        return Optional.of(new Section("origin", "Origin", "", blocks));
    }

    private static Block facts(Subject subject) {
        Block.FactList facts =
                Block.Facts.list()
                        .add("Float model", named(subject.source(), subject.sourceBytes()))
                        .add(
                                "Quantized model",
                                named(subject.quantized(), subject.quantizedBytes()))
                        .add("Data", subject.data())
                        .add("Evaluated", subject.time())
                        .add("Engine", subject.engine())
                        .add("djl-quant", subject.tool());
        subject.provenance()
                .ifPresent(
                        p ->
                                facts.add("SHA-256 of the float model", p.sourceSha256())
                                        .add("Target", p.target().name())
                                        .add("Least runtime", p.target().runtimeVersion())
                                        .add(
                                                "Quantized with",
                                                "djl-quant "
                                                        + p.tool()
                                                        + ", "
                                                        + p.engine()
                                                        + " "
                                                        + p.runtimeVersion())
                                        .add(
                                                "Calibrated on",
                                                Figures.count(p.calibrationSamples())
                                                        + " samples"));
        return facts.build();
    }

    private static String named(String name, long bytes) {
        return bytes > 0 ? name + ", " + Figures.bytes(bytes) : name;
    }
}
