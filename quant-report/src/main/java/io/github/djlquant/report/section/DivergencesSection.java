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

import io.github.djlquant.evaluate.Divergences;
import io.github.djlquant.evaluate.InputView;
import io.github.djlquant.report.Report;
import io.github.djlquant.report.view.Block;
import io.github.djlquant.report.view.Cell;
import io.github.djlquant.report.view.Column;
import io.github.djlquant.report.view.Figures;
import io.github.djlquant.report.view.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Generated sequences: where both models part. */
final class DivergencesSection implements SectionMaker {

    @Override
    public Optional<Section> make(Report report) {
        List<Divergences> all = report.evaluation().divergences();
        if (all.isEmpty()) {
            return Optional.empty();
        }
        List<Block> blocks = new ArrayList<>();
        List<String> leads = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Divergences divergences = all.get(i);
            leads.add(lead(divergences));
            if (!divergences.worst().isEmpty()) {
                blocks.add(table("table-divergences-" + i, divergences));
            }
        }
        return Optional.of(
                new Section("divergences", "Generated sequences", String.join(" ", leads), blocks));
    }

    private static String lead(Divergences divergences) {
        return Figures.text(
                "%s: %s of the tokens became others, %s of %s sequences differ%s.",
                divergences.output(),
                Figures.percent(divergences.rate()),
                Figures.count(divergences.diverged()),
                Figures.count(divergences.sequences()),
                divergences
                        .position()
                        .map(
                                p ->
                                        Figures.text(
                                                "; half of those that do keep their first %.0f tokens",
                                                p.p50()))
                        .orElse(""));
    }

    private static Block table(String id, Divergences divergences) {
        List<List<Cell>> rows = new ArrayList<>();
        for (Divergences.Divergence divergence : divergences.worst()) {
            rows.add(
                    List.of(
                            Cell.of(divergence.sample(), Figures.count(divergence.sample())),
                            Cell.of(divergence.position(), Figures.count(divergence.position())),
                            token(divergence.from()),
                            token(divergence.to()),
                            Cell.of(divergence.input().flatMap(InputView::texts).orElse(""))));
        }
        return new Block.Table(
                id,
                "Those that part earliest",
                List.of(
                        Column.figures("Sample"),
                        Column.figures("First different token", "Its position, from 0"),
                        Column.figures("Float model", "Its token there"),
                        Column.figures("Quantized model", "Its token there"),
                        Column.words("Input")),
                rows,
                -1);
    }

    private static Cell token(long token) {
        return Cell.of(token, token < 0 ? "ended" : Long.toString(token));
    }
}
