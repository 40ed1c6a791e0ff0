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
import io.github.djlquant.report.view.Cell;
import io.github.djlquant.report.view.Section;
import io.github.djlquant.report.view.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A report as text: the verdict, and each table's first rows. */
final class ReportText {

    /** Rows of a table; the rest is on the page. */
    private static final int ROWS = 8;

    /** Characters of a cell. */
    private static final int WIDTH = 40;

    private final StringBuilder text = new StringBuilder();

    private ReportText() {}

    static String render(Report report) {
        ReportText writer = new ReportText();
        writer.verdict(report.verdict(), report.title());
        report.sections().forEach(writer::section);
        return writer.text.toString().stripTrailing();
    }

    private void verdict(Verdict verdict, String title) {
        line(verdict.word().toUpperCase(Locale.ROOT) + ": " + TerminalText.plain(title));
        line(TerminalText.plain(verdict.summary()));
        verdict.failures().forEach(failure -> line("  failed: " + TerminalText.plain(failure)));
        verdict.culprits()
                .forEach(
                        c ->
                                line(
                                        "  to blame: "
                                                + TerminalText.plain(
                                                        c.kind() + " " + c.name() + ": "
                                                                + c.text())));
        verdict.advice().forEach(advice -> line("  try: " + TerminalText.plain(advice)));
        verdict.warnings().forEach(warning -> line("  warning: " + TerminalText.plain(warning)));
    }

    private void section(Section section) {
        line("");
        line(TerminalText.plain(section.title()));
        if (!section.lead().isEmpty()) {
            line(TerminalText.plain(section.lead()));
        }
        for (Block block : section.blocks()) {
            if (block instanceof Block.Table table && !table.rows().isEmpty()) {
                line("");
                table(table);
            } else if (block instanceof Block.Code code) {
                line("");
                line(code.caption() + ":");
                code.text().lines().forEach(words -> line("  " + TerminalText.plain(words)));
            } else if (block instanceof Block.Note note) {
                line(TerminalText.plain(note.text()));
            } else if (block instanceof Block.Facts facts) {
                facts.entries()
                        .forEach(f -> line("  " + f.name() + ": " + TerminalText.plain(f.value())));
            }
        }
    }

    private void table(Block.Table table) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(table.columns().stream().map(c -> TerminalText.plain(c.title())).toList());
        table.rows().stream()
                .limit(ROWS)
                .forEach(
                        row ->
                                rows.add(
                                        row.stream()
                                                .map(Cell::text)
                                                .map(TerminalText::plain)
                                                .toList()));
        int[] widths = new int[table.columns().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.min(WIDTH, Math.max(widths[i], row.get(i).length()));
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(" ");
            for (int i = 0; i < widths.length; i++) {
                String cell = cut(row.get(i));
                String pad = " ".repeat(widths[i] - cell.length());
                line.append(' ')
                        .append(table.columns().get(i).number() ? pad + cell : cell + pad)
                        .append(' ');
            }
            line(line.toString().stripTrailing());
        }
        if (table.rows().size() > ROWS) {
            line("  ... and " + (table.rows().size() - ROWS) + " more rows");
        }
    }

    private static String cut(String cell) {
        return cell.length() <= WIDTH ? cell : cell.substring(0, WIDTH - 1) + "…";
    }

    private void line(String words) {
        text.append(words).append(System.lineSeparator());
    }
}
