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

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Subject;
import io.github.djlquant.evaluate.Trial;
import io.github.djlquant.report.section.Sections;
import io.github.djlquant.report.section.VerdictText;
import io.github.djlquant.report.view.Section;
import io.github.djlquant.report.view.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Everything that is told about one quantized model: an evaluation, and other variants beside it.
 *
 * <pre>{@code
 * Report report = Report.of(quantizedModel);
 * report.write(Path.of("report.html"), false);     // one page, everything inside
 * System.out.println(report);                      // text
 * display(report.notebook(), "text/html");         // a cell of a notebook (JJava, IJava)
 * }</pre>
 *
 * @param evaluation what was measured
 * @param variants forms of the model side by side, the float source first
 */
public record Report(Evaluation evaluation, List<Variant> variants) {

    /** Copies the lists. */
    public Report {
        Objects.requireNonNull(evaluation, "evaluation");
        variants = List.copyOf(variants);
    }

    /**
     * Reports an evaluation.
     *
     * @param evaluation what was measured
     * @return the report
     */
    public static Report of(Evaluation evaluation) {
        List<Variant> variants = new ArrayList<>();
        variants.add(Variant.source("float", evaluation));
        variants.add(Variant.judged(judgedName(evaluation), evaluation));
        evaluation.trials().stream()
                .filter(trial -> !isJudged(trial, evaluation))
                .map(trial -> Variant.tried(trial, evaluation))
                .forEach(variants::add);
        return new Report(evaluation, variants);
    }

    /**
     * Reports what a quantization came to.
     *
     * @param model its result
     * @return the report
     */
    public static Report of(QuantizedModel model) {
        return of(model, model.evaluation());
    }

    /**
     * Reports what a quantization came to, judged by an evaluation of its own.
     *
     * @param model the result
     * @param evaluation what was measured on it
     * @return the report
     */
    public static Report of(QuantizedModel model, Evaluation evaluation) {
        return of(ResultFacts.added(model, evaluation));
    }

    /**
     * Adds another form of the same model.
     *
     * @param variant measured against the same source, on the same data
     * @return a copy with it at the end
     */
    public Report withVariant(Variant variant) {
        List<Variant> more = new ArrayList<>(variants);
        more.add(variant);
        return new Report(evaluation, more);
    }

    /**
     * Sets the command that repeats the evaluation.
     *
     * @param line a command line
     * @return a copy; the same report if it is not known what was compared
     */
    public Report withCommand(String line) {
        return evaluation
                .subject()
                .map(s -> evaluation.with().optSubject(s.withCommand(line)).build())
                .map(e -> new Report(e, variants))
                .orElse(this);
    }

    /** Where all were refused, the evaluation is that of the first one that was compared. */
    private static boolean isJudged(Trial trial, Evaluation evaluation) {
        return evaluation
                .subject()
                .flatMap(Subject::provenance)
                .map(provenance -> provenance.recipe().name().equals(trial.recipe()))
                .orElse(trial.outcome() == Trial.Outcome.CHOSEN);
    }

    private static String judgedName(Evaluation evaluation) {
        return evaluation
                .subject()
                .flatMap(s -> s.provenance())
                .map(p -> p.recipe().name() + ", " + p.target().name())
                .orElse("quantized");
    }

    /**
     * Names what the variants are compared by.
     *
     * @return such as {@code top-1}
     */
    public String qualityName() {
        return Quality.of(evaluation).title(evaluation);
    }

    /**
     * Names the report.
     *
     * @return the quantized model's file name, if it is known
     */
    public String title() {
        return evaluation.subject().map(s -> s.quantized()).orElse("Quantized model");
    }

    /**
     * Says what it comes to.
     *
     * @return the verdict with the main figures
     */
    public Verdict verdict() {
        return VerdictText.of(evaluation);
    }

    /**
     * Lays the report out.
     *
     * @return the sections that have something to show
     */
    public List<Section> sections() {
        return Sections.of(this);
    }

    /**
     * Draws the page.
     *
     * @return a whole HTML document that needs nothing else, below 2 MB
     */
    public String html() {
        return ReportPage.render(this);
    }

    /**
     * Draws a cell for a notebook: the verdict and the short tables, without scripts.
     *
     * @return an HTML fragment
     */
    public String notebook() {
        return ReportNotebook.render(this);
    }

    /**
     * Writes the page.
     *
     * @param file where to
     * @param overwrite true to replace a file that is there
     * @throws io.github.djlquant.RecipeException if it is there and must stay, or can't be written
     */
    public void write(Path file, boolean overwrite) {
        ReportPage.write(this, file, overwrite);
    }

    /**
     * Draws the verdict and the tables as text.
     *
     * @return several lines
     */
    @Override
    public String toString() {
        return ReportText.render(this);
    }
}
