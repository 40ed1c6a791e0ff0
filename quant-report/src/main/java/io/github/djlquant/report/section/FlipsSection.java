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

import io.github.djlquant.evaluate.Flip;
import io.github.djlquant.evaluate.Flips;
import io.github.djlquant.evaluate.InputView;
import io.github.djlquant.report.Report;
import io.github.djlquant.report.view.Block;
import io.github.djlquant.report.view.Card;
import io.github.djlquant.report.view.Cell;
import io.github.djlquant.report.view.Column;
import io.github.djlquant.report.view.Figures;
import io.github.djlquant.report.view.Picture;
import io.github.djlquant.report.view.Section;
import io.github.djlquant.report.view.Tone;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The samples whose answer changed, to look at. */
final class FlipsSection implements SectionMaker {

    @Override
    public Optional<Section> make(Report report) {
        List<Flips> all = report.evaluation().flipped();
        if (all.isEmpty()) {
            return Optional.empty();
        }
        List<Block> blocks = new ArrayList<>();
        List<String> leads = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Flips flips = all.get(i);
            leads.add(lead(flips, all.size() > 1));
            if (!flips.worst().isEmpty()) {
                blocks.add(gallery("flips-" + i, flips));
            }
            if (!flips.transitions().isEmpty()) {
                blocks.add(transitions("table-transitions-" + i, flips));
            }
        }
        return Optional.of(
                new Section("flips", "Changed answers", String.join(" ", leads), blocks));
    }

    private static String lead(Flips flips, boolean named) {
        String text =
                Figures.text(
                        "%s of %s answers changed (%s, 95 %% interval %.2f to %.2f %%)",
                        Figures.count(flips.changed()),
                        Figures.count(flips.samples()),
                        Figures.percent(flips.share()),
                        100 * flips.interval().low(),
                        100 * flips.interval().high());
        if (flips.lost() + flips.gained() > 0) {
            text +=
                    Figures.text(
                            ": %s were right and are wrong now, %s were wrong and are right now",
                            Figures.count(flips.lost()), Figures.count(flips.gained()));
        }
        return (named ? flips.output() + ": " : "") + text + ".";
    }

    private static Block gallery(String id, Flips flips) {
        List<Card> cards = flips.worst().stream().map(flip -> card(flips, flip)).toList();
        boolean ranked = flips.worst().stream().anyMatch(FlipsSection::hasMargin);
        String caption =
                cards.size() < flips.changed()
                        ? Figures.text(
                                ranked
                                        ? "The %s that the float model was surest of"
                                        : "The first %s changed samples",
                                Figures.count(cards.size()))
                        : ranked
                                ? "All changed samples, those that the float model was surest of first"
                                : "All changed samples";
        return new Block.Gallery(id, caption, cards);
    }

    private static Card card(Flips flips, Flip flip) {
        String kind = flip.isLost() ? "lost" : flip.isGained() ? "gained" : "both wrong";
        boolean labelled = flip.label().isPresent();
        List<Block.Fact> facts = new ArrayList<>();
        facts.add(new Block.Fact("Float model", flips.className(flip.from())));
        facts.add(new Block.Fact("Quantized model", flips.className(flip.to())));
        flip.label().ifPresent(label -> facts.add(new Block.Fact("Label", flips.className(label))));
        return new Card(
                flip.sample(),
                flips.className(flip.from()) + " → " + flips.className(flip.to()),
                labelled ? kind : "",
                flip.isLost() ? Tone.BAD : flip.isGained() ? Tone.GOOD : Tone.QUIET,
                flip.input().flatMap(InputView::png).flatMap(Picture::ofPng),
                flip.input().flatMap(InputView::texts),
                scores(flips.className(flip.from()), flips.className(flip.to()), flip),
                facts);
    }

    /** The scores of both classes, and by how much the first is ahead; none of chosen classes. */
    private static List<Card.Scores> scores(String from, String to, Flip flip) {
        List<Card.Scores> rows = new ArrayList<>();
        if (!hasMargin(flip)) {
            return rows;
        }
        flip.scores()
                .ifPresent(
                        s -> {
                            rows.add(new Card.Scores(from, s.sourceFrom(), s.quantizedFrom()));
                            rows.add(new Card.Scores(to, s.sourceTo(), s.quantizedTo()));
                        });
        rows.add(
                new Card.Scores(
                        from + " ahead of " + to, flip.sourceMargin(), -flip.quantizedMargin()));
        return rows;
    }

    /** Evaluations of old keep the margins alone. */
    private static boolean hasMargin(Flip flip) {
        return flip.scores().isPresent() || flip.sourceMargin() != 0 || flip.quantizedMargin() != 0;
    }

    private static Block transitions(String id, Flips flips) {
        List<List<Cell>> rows = new ArrayList<>();
        for (Flips.Transition transition : flips.transitions()) {
            rows.add(
                    List.of(
                            Cell.of(flips.className(transition.from())),
                            Cell.of(flips.className(transition.to())),
                            Cell.of(transition.count(), Figures.count(transition.count()))));
        }
        return new Block.Table(
                id,
                "From which class to which",
                List.of(
                        Column.words("Float model"),
                        Column.words("Quantized model"),
                        Column.figures("Samples").withBars()),
                rows,
                -1);
    }
}
