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
package io.github.djlquant.report;

import io.github.djlquant.report.view.Block;
import io.github.djlquant.report.view.Card;
import io.github.djlquant.report.view.Figures;
import io.github.djlquant.report.view.Section;
import io.github.djlquant.report.view.Tone;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Keeps a page below its size, whatever the model: first pictures are left out, the least telling
 * ones (the last), then rows of long tables. The page says what is missing.
 */
final class PageBudget {

    /** The least number of rows that a table keeps. */
    private static final int LEAST_ROWS = 50;

    /** UTF-8 bytes of a page. */
    static final int LIMIT = 1_950_000;

    private final int rows;
    private int pictures;

    private PageBudget(int pictures, int rows) {
        this.pictures = pictures;
        this.rows = rows;
    }

    /**
     * Draws a page that keeps the limit.
     *
     * @param sections everything
     * @param drawing draws a page
     * @return the page
     */
    static String fit(List<Section> sections, Function<List<Section>, String> drawing) {
        int pictures = LIMIT;
        int rows = Integer.MAX_VALUE;
        String page = drawing.apply(sections);
        for (int excess = excess(page); excess > 0; excess = excess(page)) {
            if (pictures > 0) {
                pictures = Math.max(0, pictures(sections, pictures) - excess);
            } else if (rows > LEAST_ROWS) {
                rows = Math.max(LEAST_ROWS, Math.min(rows, longest(sections)) / 2);
            } else {
                break;
            }
            page = drawing.apply(new PageBudget(pictures, rows).apply(sections));
        }
        return page;
    }

    private static int excess(String page) {
        return page.getBytes(java.nio.charset.StandardCharsets.UTF_8).length - LIMIT;
    }

    /** What pictures take now. */
    private static int pictures(List<Section> sections, int budget) {
        long sum =
                galleries(sections).stream()
                        .flatMap(gallery -> gallery.cards().stream())
                        .mapToLong(PageBudget::size)
                        .sum();
        return (int) Math.min(budget, sum);
    }

    private static int longest(List<Section> sections) {
        return sections.stream()
                .flatMap(section -> section.blocks().stream())
                .mapToInt(block -> block instanceof Block.Table table ? table.rows().size() : 0)
                .max()
                .orElse(0);
    }

    private static List<Block.Gallery> galleries(List<Section> sections) {
        return sections.stream()
                .flatMap(section -> section.blocks().stream())
                .filter(Block.Gallery.class::isInstance)
                .map(Block.Gallery.class::cast)
                .toList();
    }

    private static int size(Card card) {
        return card.picture().map(p -> p.address().length()).orElse(0);
    }

    private List<Section> apply(List<Section> sections) {
        return sections.stream().map(this::within).toList();
    }

    private Section within(Section section) {
        List<Block> blocks = new ArrayList<>();
        for (Block block : section.blocks()) {
            if (block instanceof Block.Gallery gallery) {
                add(gallery, blocks);
            } else if (block instanceof Block.Table table && table.rows().size() > rows) {
                blocks.add(table.first(rows));
                blocks.add(missing(table.rows().size() - rows, "rows"));
            } else {
                blocks.add(block);
            }
        }
        return new Section(section.id(), section.title(), section.lead(), blocks);
    }

    private void add(Block.Gallery gallery, List<Block> blocks) {
        List<Card> cards = new ArrayList<>();
        int left = 0;
        for (Card card : gallery.cards()) {
            pictures -= size(card);
            boolean fits = pictures >= 0 || size(card) == 0;
            cards.add(fits ? card : card.withoutPicture());
            left += fits ? 0 : 1;
        }
        blocks.add(gallery.withCards(cards));
        if (left > 0) {
            blocks.add(missing(left, "pictures"));
        }
    }

    private static Block missing(int count, String what) {
        return new Block.Note(
                Figures.count(count) + " " + what + " are left out, to keep the page below 2 MB.",
                Tone.QUIET);
    }
}
