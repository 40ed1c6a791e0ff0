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

import io.github.djlquant.evaluate.ConfidenceInterval;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Flip;
import io.github.djlquant.evaluate.Flips;
import io.github.djlquant.evaluate.Footprint;
import io.github.djlquant.evaluate.LatencyRatio;
import io.github.djlquant.evaluate.MemoryRatio;
import io.github.djlquant.evaluate.Metric;
import io.github.djlquant.evaluate.Operators;
import io.github.djlquant.evaluate.Performance;
import io.github.djlquant.evaluate.Slices;
import io.github.djlquant.evaluate.Subject;
import java.util.List;
import java.util.Optional;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

/** What was not measured is not shown as if it was. */
class UnmeasuredFiguresTest {

    private static Document page(Metric... metrics) {
        Evaluation evaluation = Samples.classifier().evaluation();
        return Jsoup.parse(
                Report.of(
                                evaluation
                                        .with()
                                        .optMetrics(List.of(metrics))
                                        .optSlices(List.<Slices>of())
                                        .build())
                        .html());
    }

    private static Metric unknown(double drop) {
        return new Metric(
                "f1",
                0.9,
                0.9 - drop,
                true,
                drop,
                ConfidenceInterval.UNKNOWN,
                "too few samples",
                Optional.empty(),
                1);
    }

    @Test
    void aMetricThatBecameNaNIsNoGoodOne() {
        Document page = page(Metric.undefined("spearman", 0.9, true, 200, Optional.of(3L)));

        assertThat(page.select("#metrics").text())
                .contains("Not defined for the quantized model: spearman.")
                .doesNotContain("No metric fell", "NaN", "e+308", "∞");
        assertThat(page.select(".tile.bad").text()).contains("spearman", "not defined");
        assertThat(page.select("#chart-metrics")).isEmpty();
        assertThat(page.select("#table-metrics tbody tr").text()).contains("not known");
    }

    @Test
    void anIntervalThatIsNotKnownIsNotPrinted() {
        Document page = page(unknown(0.2), new SampleMetrics(name -> name).f1());

        assertThat(page.select("#metrics").text())
                .contains("Measured too rarely to tell from chance: f1.", "not known")
                .doesNotContain("No metric fell", "e+308", "∞");
        assertThat(page.select("#chart-metrics script").first().data()).doesNotContain("null");
        assertThat(page.select(".tile.good").text()).doesNotContain("f1");
        assertThat(unknown(0.2)).asString().contains("interval not known").doesNotContain("1797");
    }

    @Test
    void batchesThatCouldNotBeMadeAreTold() {
        String why = "throughput of batches of 8, 32 is not measured: the model fixes its batch";
        Evaluation evaluation = Samples.classifier().evaluation();
        Evaluation warned = evaluation.with().optWarnings(List.of(why)).build();

        assertThat(Jsoup.parse(Report.of(warned).html()).select("#unmeasured").text())
                .contains("Throughput " + why);
        assertThat(page().select("#unmeasured").text()).doesNotContain("Throughput t");
    }

    @Test
    void chosenClassesHaveNoMargin() {
        Flip chosen = new Flip(7, 1, 2, 0, 0, Optional.empty(), Optional.empty(), Optional.empty());
        Flips flips = new Flips("classes", 200, 1, 0, 0, List.of(chosen), List.of(), List.of());
        Document page =
                Jsoup.parse(
                        Report.of(
                                        Samples.classifier()
                                                .evaluation()
                                                .with()
                                                .optFlipped(List.of(flips))
                                                .build())
                                .html());

        assertThat(page.select("#flips-0 script").first().data()).doesNotContain("ahead of");
        assertThat(page.select("#flips-0 h3").text()).isEqualTo("All changed samples");
        assertThat(Samples.classifier().html()).contains("ahead of", "was surest of");
    }

    @Test
    void threeProcessesHoldTheMedianWithThreeQuarters() {
        Performance performance = SampleTimes.performance();
        Footprint sizes = performance.footprint().orElseThrow();
        MemoryRatio few = new MemoryRatio(3, 1.52, new ConfidenceInterval(1.44, 1.6));
        Evaluation evaluation =
                Samples.classifier()
                        .evaluation()
                        .with()
                        .optPerformance(
                                new Performance(
                                        performance.latencies(),
                                        performance.throughputs(),
                                        performance.coldStart(),
                                        Optional.of(
                                                new Footprint(
                                                        sizes.source(),
                                                        sizes.quantized(),
                                                        Optional.of(few),
                                                        sizes.peak()))))
                        .build();
        Document page = Jsoup.parse(Report.of(evaluation).html());

        assertThat(page.select("#table-resources tbody tr").eachText())
                .anyMatch(row -> row.endsWith("1.44 to 1.60 (75 %)"))
                .anyMatch(row -> row.endsWith("1.50 to 1.63"));
    }

    private static String missing(Evaluation evaluation) {
        Report report = Report.of(evaluation);
        assertThat(report.toString()).contains("Not measured");
        assertThat(report.notebook()).contains("Not measured");
        return Jsoup.parse(report.html()).select("#unmeasured").text();
    }

    @Test
    void whatNobodyAskedForIsNamedWithHowToGetIt() {
        assertThat(missing(SampleAnswers.number()))
                .contains(
                        "Accuracy nobody said what is right: --labels or --targets",
                        "evaluate --performance",
                        "evaluate --layers",
                        "evaluate --sensitivity",
                        "evaluate --operators");
        assertThat(Jsoup.parse(Samples.classifier().html()).select("#unmeasured")).isEmpty();
    }

    @Test
    void whatTorchScriptDoesNotGiveIsSaidWithTheReason() {
        Evaluation torch =
                SampleAnswers.number()
                        .with()
                        .optSubject(
                                new Subject(
                                        "a.pt",
                                        2,
                                        "b.pt",
                                        1,
                                        "PyTorch 2.7.1",
                                        "0.1.0",
                                        "x.npz",
                                        "",
                                        Optional.empty(),
                                        Optional.empty()))
                        .build();

        assertThat(missing(torch))
                .contains(
                        "Sensitivity of each layer not to be had of TorchScript",
                        "Time of each operator libtorch gives no times");
        assertThat(
                        missing(
                                torch.with()
                                        .optOperators(
                                                new Operators(
                                                        "PyTorch 2.7.1",
                                                        "no times here",
                                                        List.of()))
                                        .optWarnings(
                                                List.of(
                                                        "sensitivity is not measured: no layer can be switched"))
                                        .build()))
                .contains("sensitivity is not measured: no layer can be switched", "no times here");
    }

    private static String summary(double low, double ratio, double high) {
        return Report.of(
                        SampleAnswers.number()
                                .withLatency(
                                        new LatencyRatio(
                                                100, 100 / ratio, low, ratio, high, 50, 1)))
                .verdict()
                .summary();
    }

    @Test
    void aSpeedThatChanceExplainsIsNeitherFastNorSlow() {
        assertThat(summary(0.63, 0.77, 1.79)).startsWith("about as fast as float (0.63 to 1.79×)");
        assertThat(summary(0.63, 0.77, 0.9)).startsWith("SLOWER: 0.77× the speed of float");
        assertThat(summary(1.9, 2, 2.1)).startsWith("2.00× as fast");
    }
}
