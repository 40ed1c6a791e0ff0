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

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Flips;
import io.github.djlquant.evaluate.JudgedOutput;
import io.github.djlquant.evaluate.Metric;
import io.github.djlquant.evaluate.OutputError;
import java.util.List;
import java.util.Optional;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

/** Each kind of answer is told in its own measure, on the page, in the notebook and in the text. */
class AnswersOfEveryKindTest {

    private static Document page(Evaluation evaluation) {
        return Jsoup.parse(Report.of(evaluation).html());
    }

    /** What all three forms say of one evaluation. */
    private static List<String> told(Evaluation evaluation) {
        Report report = Report.of(evaluation);
        return List.of(
                Jsoup.parse(report.html()).select("main").text(),
                Jsoup.parse(report.notebook()).text(),
                report.toString().replaceAll("\\s+", " "));
    }

    private static Optional<Double> quality(Evaluation evaluation, String check, double measured) {
        return Report.of(
                        evaluation
                                .with()
                                .optTrials(List.of(SampleAnswers.tried(check, measured)))
                                .build())
                .variants()
                .get(2)
                .quality();
    }

    @Test
    void textIsToldByItsTokens() {
        assertThat(told(SampleAnswers.text()))
                .allSatisfy(
                        text ->
                                assertThat(text)
                                        .contains(
                                                "2.10 % of the tokens became others, over 200 samples")
                                        .contains("12 of 200 sequences differ")
                                        .contains("same tokens", "97.90 %")
                                        .doesNotContainIgnoringCase("cosine"));
        assertThat(page(SampleAnswers.text()).select(".tile").eachText())
                .containsExactly("Tokens changed 2.10 % 12 of 200 sequences differ");
        assertThat(page(SampleAnswers.text()).select("#table-tokens tbody tr").text())
                .isEqualTo("sequences 2.10 % 84 4,000 12 200");
        assertThat(quality(SampleAnswers.text(), "divergence", 0.3)).contains(0.7);
    }

    @Test
    void aNumberPerSampleIsToldByItsConcordance() {
        assertThat(told(SampleAnswers.number()))
                .allSatisfy(
                        text ->
                                assertThat(text)
                                        .contains("concordance 0.9987, over 200 samples")
                                        .contains("Concordance", "41.2 dB")
                                        .doesNotContainIgnoringCase("cosine"));
        assertThat(page(SampleAnswers.number()).select(".tile").eachText())
                .containsExactly("Concordance 0.9987 of its numbers, SQNR 41.2 dB");
    }

    @Test
    void rowsAndSingleNumbersHaveAColumnEach() {
        Evaluation both =
                new Evaluation(
                        List.of(
                                new OutputError("rows", 200, 30, 0.97, 1, false, 0, 0),
                                SampleAnswers.number("price", 0.99, 20)),
                        200,
                        true,
                        Optional.empty(),
                        Optional.empty());
        Document page = page(both);

        assertThat(page.select(".tile").eachText())
                .containsExactly(
                        "Concordance 0.9900 of its numbers, SQNR 20.0 dB",
                        "Mean cosine 0.9700 SQNR 30.0 dB");
        assertThat(page.select("#table-outputs thead th").eachText())
                .containsSequence("SQNR", "Mean cosine", "Concordance");
        assertThat(page.select("#table-outputs tbody tr").eachText())
                .containsExactly(
                        "rows 30.0 dB 0.9700 1.0000 no classes 0 200",
                        "price 20.0 dB 0.9900 0.3100 no classes 0 200");
    }

    @Test
    void boxesAreToldByHowFarTheyAgree() {
        assertThat(told(SampleAnswers.boxes()))
                .allSatisfy(
                        text ->
                                assertThat(text)
                                        .contains("boxes agree by 0.9312, over 200 samples")
                                        .contains("812", "805", "790")
                                        .contains("boxes, which are matched")
                                        .doesNotContainIgnoringCase("cosine"));
        assertThat(page(SampleAnswers.boxes()).select(".tile").eachText())
                .containsExactly("Boxes agree 0.9312 float 812, quantized 805, matched 790");
        assertThat(quality(SampleAnswers.boxes(), "detections", 0.4)).contains(0.4);
    }

    @Test
    void whatHasAnotherShapeIsNotPassedOver() {
        assertThat(told(SampleAnswers.shapes()))
                .allSatisfy(
                        text ->
                                assertThat(text)
                                        .contains("another shape of found in 3 of 20 batches")
                                        .contains("(7, 4)", "(6, 4)", "not compared there"));
        assertThat(page(SampleAnswers.shapes()).select(".tile.bad").text()).contains("Other shape");
    }

    @Test
    void chosenClassesAreToldByThoseThatChanged() {
        assertThat(told(SampleAnswers.classes()))
                .allSatisfy(
                        text ->
                                assertThat(text)
                                        .contains("1.50 % of the answers changed")
                                        .contains("same answers", "98.50 %")
                                        .doesNotContainIgnoringCase("cosine"));
        assertThat(quality(SampleAnswers.classes(), "flips", 0.25)).contains(0.75);
    }

    /** What the tile says belongs to one output, the one that changed most. */
    @Test
    void ofSeveralOutputsTheOneThatChangedMostIsTold() {
        Evaluation three =
                SampleAnswers.classes()
                        .with()
                        .optFlipped(
                                List.of(
                                        flips("few", 2, 1, 1),
                                        flips("most", 30, 21, 4),
                                        flips("none", 0, 0, 0)))
                        .build();

        assertThat(page(three).select(".tile").text())
                .isEqualTo("Answers changed 15.00 % 21 lost, 4 gained, 95 % 10.71 to 20.61 %");
    }

    private static Flips flips(String output, long changed, long lost, long gained) {
        return new Flips(output, 200, changed, lost, gained, List.of(), List.of(), List.of());
    }

    @Test
    void theOutputThatLabelsBelongToIsNamed() {
        Evaluation evaluation = Samples.classifier().evaluation();
        String words =
                "Labels and metrics belong to the output <b>, not to aux: it holds the scores.";
        Evaluation judged =
                evaluation
                        .with()
                        .optJudged(new JudgedOutput("<b>", List.of("aux"), "it holds the scores"))
                        .build();

        assertThat(page(judged).select("#metrics").text()).contains(words);
        assertThat(page(evaluation).select("#metrics").text()).doesNotContain("belong to");
    }

    @Test
    void aTriedFormIsComparedByTheMainMetricThatItsGateSaw() {
        Evaluation labelled =
                SampleAnswers.number()
                        .with()
                        .optMetrics(List.of(new SampleMetrics(name -> "it").top1(0.8, 0.79)))
                        .build();
        Metric error = Metric.undefined("it", 2.0, false, 200, Optional.empty());

        assertThat(quality(labelled, "drop", 0.25)).contains(0.55);
        assertThat(quality(labelled.with().optMetrics(List.of(error)).build(), "drop", 0.25))
                .contains(2.25);
        assertThat(quality(labelled, "flips", 0.25)).isEmpty();
    }

    @Test
    void aCosineThatIsNotDefinedIsTheWorst() {
        Evaluation lost =
                new Evaluation(
                        List.of(
                                new OutputError("good", 200, 30, 0.97, 1, false, 0, 0),
                                new OutputError("lost", 200, 1, Double.NaN, 1, false, 0, 4)),
                        200,
                        true,
                        Optional.empty(),
                        Optional.empty());

        assertThat(page(lost).select(".tile").text()).contains("Mean cosine not defined");
    }
}
