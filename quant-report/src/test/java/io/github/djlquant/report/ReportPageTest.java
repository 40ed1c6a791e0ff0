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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.RecipeException;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.LatencyRatio;
import io.github.djlquant.evaluate.Trial;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportPageTest {

    @TempDir Path folder;

    @Test
    void thePolicyAllowsItsOwnScriptsAndNothingElse() throws Exception {
        Document page = Jsoup.parse(Samples.classifier().html());
        String policy =
                page.select("meta[http-equiv=Content-Security-Policy]").first().attr("content");

        assertThat(policy)
                .contains("default-src 'none'", "img-src data:")
                .doesNotContain("unsafe", "http", "*");
        for (Element script : page.select("script:not([type])")) {
            assertThat(policy).contains("'sha256-" + sha256(script.data()) + "'");
        }
        assertThat(page.select("style")).hasSize(1);
        assertThat(policy).contains("'sha256-" + sha256(page.select("style").first().data()) + "'");
        assertThat(page.select("[style], link, iframe, object, base, form[action]")).isEmpty();
        assertThat(page.select("[src]"))
                .allSatisfy(e -> assertThat(e.attr("src")).startsWith("data:image/png;base64,"));
        assertThat(page.select("[href]"))
                .allSatisfy(e -> assertThat(e.attr("href")).startsWith("#"));
    }

    @Test
    void aRefusedModelsCulpritStandsFirst() {
        Document page = Jsoup.parse(Samples.refused().html());
        Element first = page.select("main > section").first();

        assertThat(first.select(".badge").text()).isEqualTo("Refused");
        assertThat(first.select(".culprits li").first().text())
                .startsWith("layer2.1/conv2 outlier one channel is 212 times as large");
        assertThat(first.text()).contains("top-1 fell from 81.03 % to 77.31 %");
        assertThat(page.title()).isEqualTo("resnet20_cifar10-int8.onnx: Refused");
    }

    @Test
    void aPageOfAThousandLayersAndFiveHundredFlipsStaysBelowTwoMegabytes() {
        String html = Samples.huge().html();
        Document page = Jsoup.parse(html);

        assertThat(html.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(2_000_000);
        assertThat(page.select("#table-layers tbody tr")).hasSize(1000);
        assertThat(page.select("#flips-0 .card")).hasSize(500);
        int pictures = page.select("#flips-0 img").size();
        assertThat(pictures).isGreaterThan(80);
        assertThat(page.select("#flips").text())
                .contains((500 - pictures) + " pictures are left out");
    }

    @Test
    void whatElseWasTriedStandsBesideWhatWasChosen() {
        Evaluation chosen = Samples.classifier().evaluation();
        List<Trial> trials =
                List.of(
                        Trial.of(
                                "static-int8",
                                Trial.Outcome.CHOSEN,
                                Optional.of(352_539L),
                                Optional.of(chosen),
                                ""),
                        new Trial(
                                "dynamic-int8",
                                Trial.Outcome.REFUSED,
                                Optional.of(402_113L),
                                Optional.of(new LatencyRatio(600, 706, 0.8, 0.85, 0.9, 100, 1)),
                                Optional.empty(),
                                Optional.of(0.9),
                                Optional.of(new SampleGates(name -> name).refused()),
                                "a long story"),
                        Trial.of(
                                "optimize",
                                Trial.Outcome.IMPOSSIBLE,
                                Optional.empty(),
                                Optional.empty(),
                                "no such kernels"));
        Document page = Jsoup.parse(Report.of(chosen.with().optTrials(trials).build()).html());

        assertThat(page.select("#table-variants tbody tr").eachText())
                .satisfiesExactly(
                        source -> assertThat(source).startsWith("float 1.09 MB"),
                        judged -> assertThat(judged).startsWith("static-int8, any 353 kB"),
                        refused ->
                                assertThat(refused)
                                        .startsWith("dynamic-int8 402 kB 2.72× 689 µs 0.85×")
                                        .contains("refused top-1 fell from")
                                        .doesNotContain("a long story"),
                        impossible ->
                                assertThat(impossible)
                                        .isEqualTo("optimize not possible no such kernels"));
    }

    @Test
    void aNotebookCellIsSmallAndPlain() {
        String cell = Samples.huge().notebook();
        Document fragment = Jsoup.parse(cell);

        assertThat(cell.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(100_000);
        assertThat(fragment.select("script, style, img, link")).isEmpty();
        assertThat(fragment.select("h3").first().text()).startsWith("Passed: ");
        assertThat(fragment.text()).contains("Drift baseline", "Size, time and accuracy");
    }

    @Test
    void tablesOfTheLargestModelsLoseRowsAndSaySo() {
        StringBuilder longName = new StringBuilder();
        longName.append("block/".repeat(100));
        String html = Samples.classifier(1000, name -> longName + name).html();
        Document page = Jsoup.parse(html);

        assertThat(html.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(2_000_000);
        assertThat(page.select("#layers").text()).contains("rows are left out");
        assertThat(page.select("#table-layers tbody tr")).hasSizeBetween(50, 999);
    }

    @Test
    void everyTableHasHeadsAndEveryPictureWords() {
        Document page = Jsoup.parse(Samples.classifier().html());

        assertThat(page.select("table")).isNotEmpty();
        assertThat(page.select("table"))
                .allSatisfy(
                        table -> {
                            assertThat(table.select("thead th[scope=col]")).isNotEmpty();
                            assertThat(table.select("tbody tr"))
                                    .allSatisfy(
                                            row ->
                                                    assertThat(row.select("th[scope=row]"))
                                                            .hasSize(1));
                            String label = table.attr("aria-labelledby");
                            assertThat(page.getElementById(label).text()).isNotBlank();
                        });
        assertThat(page.select("img")).allSatisfy(i -> assertThat(i.attr("alt")).isNotBlank());
        assertThat(page.select(".drawing"))
                .allSatisfy(d -> assertThat(d.attr("aria-label")).isNotBlank());
        assertThat(page.select("[id]").eachAttr("id")).doesNotHaveDuplicates();
    }

    @Test
    void aFileThatIsThereStaysUnlessItMayBeReplaced() throws Exception {
        Path file = folder.resolve("report.html");
        Files.writeString(file, "mine");

        assertThatThrownBy(() -> Samples.classifier().write(file, false))
                .isInstanceOf(RecipeException.class);
        assertThat(file).hasContent("mine");

        Samples.classifier().write(file, true);
        assertThat(Files.readString(file)).startsWith("<!DOCTYPE html>");
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp*");
    }

    private static String sha256(String text) throws Exception {
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return Base64.getEncoder().encodeToString(digest);
    }
}
