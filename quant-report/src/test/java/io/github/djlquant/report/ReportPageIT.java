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

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djlquant.testkit.LoudSkip;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The page in a real browser: what a reader clicks, and what must never happen meanwhile. */
class ReportPageIT {

    @TempDir Path folder;

    private ChromeDriver browser;

    @BeforeEach
    void start() {
        Path chromium = Path.of("/usr/bin/chromium");
        Path driver = Path.of("/usr/bin/chromedriver");
        LoudSkip.unless(
                Files.isExecutable(chromium) && Files.isExecutable(driver),
                "no Chromium here: apt-get install chromium chromium-driver");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.toFile());
        options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run");
        // A click comes too early while the page still scrolls.
        options.addArguments("--force-prefers-reduced-motion");
        options.setCapability("goog:loggingPrefs", logs);
        File executable = driver.toFile();
        browser =
                new ChromeDriver(
                        new ChromeDriverService.Builder().usingDriverExecutable(executable).build(),
                        options);
        browser.manage().window().setSize(new Dimension(1280, 900));
    }

    /** Nothing was asked of any network, and the console stayed silent, whatever was clicked. */
    @AfterEach
    void stop() {
        if (browser == null) {
            return;
        }
        try {
            assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
            assertThat(requests())
                    .allMatch(url -> url.startsWith("data:") || url.endsWith("/report.html"));
        } finally {
            browser.quit();
        }
    }

    @Test
    void aTableIsSortedByItsHeads() {
        open(Samples.classifier());
        WebElement head = cell("#table-slices thead th:nth-child(10) button");

        head.click();
        assertThat(column("#table-slices", 10)).startsWith("2,500", "2,500").endsWith("12");
        head.click();
        assertThat(column("#table-slices", 10)).startsWith("12").endsWith("2,500");
        assertThat(cell("#table-slices thead th:nth-child(10)").getDomAttribute("aria-sort"))
                .isEqualTo("ascending");

        cell("#table-slices thead th:nth-child(1) button").sendKeys(Keys.ENTER);
        assertThat(column("#table-slices", 1)).startsWith("0.08 to 0.31").endsWith("truck");
        cell("#table-slices thead th:nth-child(8) button").click();
        assertThat(column("#table-slices", 8)).as("what has no figure stays last").endsWith("");
    }

    @Test
    void aTableIsFilteredByWordsAndByKind() {
        open(Samples.classifier());

        cell("#table-operators input").sendKeys("softmax");
        assertThat(column("#table-operators", 1)).containsExactly("softmax");
        assertThat(cell("#table-operators .count").getText()).isEqualTo("1 of 23 rows");
        cell("#table-operators input").clear();
        cell("#table-operators input").sendKeys(" ", Keys.BACK_SPACE);
        cell("#table-operators option[value='float, fell back']").click();
        assertThat(column("#table-operators", 7)).containsExactly("its range was not fixed");
    }

    @Test
    void aChangedAnswerOpensWithBothModels() {
        open(Samples.classifier());
        cell("#flips-0 option[value='gained']").click();
        List<WebElement> shown =
                browser.findElements(By.cssSelector("#flips-0 .cards > li:not([hidden]) button"));
        assertThat(shown)
                .hasSizeBetween(20, 30)
                .allSatisfy(card -> assertThat(card.getText()).endsWith("gained"));

        shown.get(0).click();
        WebElement dialog = cell("#sample");
        assertThat(dialog.isDisplayed()).isTrue();
        String first = cell("#sample-title").getText();
        assertThat(first).contains(" → ");
        assertThat(dialog.getText()).contains("Float", "Quantized", "Label", "gained");
        assertThat(cell("#sample img").getDomProperty("naturalWidth")).isEqualTo("32");

        dialog.sendKeys(Keys.ARROW_RIGHT);
        assertThat(cell("#sample-place").getText()).endsWith("gained");
        dialog.sendKeys(Keys.ARROW_LEFT);
        assertThat(cell("#sample-title").getText()).isEqualTo(first);
        dialog.sendKeys(Keys.ESCAPE);
        assertThat(dialog.isDisplayed()).isFalse();
    }

    @Test
    void theThemeFollowsTheSystemUntilTheReaderChooses() {
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(Map.of("name", "prefers-color-scheme", "value", "dark"))));
        open(Samples.refused());
        WebElement body = browser.findElement(By.tagName("body"));
        String dark = body.getCssValue("background-color");
        assertThat(cell("#theme").getDomAttribute("aria-pressed")).isEqualTo("true");

        cell("#theme").click();
        assertThat(body.getCssValue("background-color")).isNotEqualTo(dark);
        cell("#theme").click();
        assertThat(body.getCssValue("background-color")).isEqualTo(dark);
    }

    @Test
    void everyChartIsDrawnAndReadByKeys() {
        for (Report report : List.of(Samples.classifier(), Samples.embeddings())) {
            open(report);
            assertThat(browser.findElements(By.cssSelector("figure.chart")))
                    .isNotEmpty()
                    .allSatisfy(
                            chart ->
                                    assertThat(chart.findElements(By.cssSelector("svg > *")))
                                            .hasSizeGreaterThan(2));
        }
        WebElement layers = cell("#chart-layers .drawing");
        layers.sendKeys(Keys.ARROW_RIGHT);
        assertThat(cell("#chart-layers .readout").getText()).startsWith("layer1.0/conv1: ");
        layers.sendKeys(Keys.ENTER);
        assertThat(cell("#table-layers tr.found").getText()).contains("layer1.0/conv1");
    }

    @Test
    void whatTheGateRefusedIsDrawnApart() {
        open(Samples.classifier());

        assertThat(browser.findElements(By.cssSelector("#chart-variants .circle"))).hasSize(5);
        assertThat(browser.findElements(By.cssSelector("#chart-variants .circle.refused")))
                .hasSize(1);
        assertThat(column("#table-variants", 7))
                .containsExactly("", "passed", "passed", "passed", "refused", "not possible");
    }

    @Test
    void paperGetsTablesAndPicturesAndNothingToClick() {
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", 690, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        open(Samples.classifier());
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "media",
                        "print",
                        "features",
                        List.of(Map.of("name", "prefers-color-scheme", "value", "dark"))));

        assertThat(browser.findElements(By.cssSelector("header, .tools, .copy")))
                .isNotEmpty()
                .noneMatch(WebElement::isDisplayed);
        assertThat(browser.findElement(By.tagName("body")).getCssValue("background-color"))
                .contains("255, 255, 255");
        assertThat(browser.findElements(By.cssSelector("figure.chart svg")))
                .isNotEmpty()
                .allMatch(WebElement::isDisplayed);
        assertThat(cell("#table-operators .scroll").getCssValue("max-height")).isEqualTo("none");
        assertThat((Long) browser.executeScript("return document.documentElement.scrollWidth"))
                .as("nothing is cut off at the edge of a sheet")
                .isLessThanOrEqualTo(690);
    }

    @Test
    void aNarrowWindowScrollsTablesAndNotThePage() {
        browser.manage().window().setSize(new Dimension(500, 900));
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", 400, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        open(Samples.refused());

        assertThat((Long) browser.executeScript("return document.documentElement.scrollWidth"))
                .isLessThanOrEqualTo(400);
    }

    @Test
    void everySectionIsInSightOfTheMenu() {
        for (Report report : List.of(Samples.classifier(), Samples.embeddings())) {
            open(report);
            assertThat(
                            (Boolean)
                                    browser.executeScript(
                                            "const nav = document.querySelector('nav');"
                                                    + " return nav.scrollWidth <= nav.clientWidth;"))
                    .isTrue();
        }
    }

    @Test
    void hostileNamesStayWords() {
        open(
                Samples.classifier(
                        name -> "</script><img src=http://127.0.0.1:9/x onerror=alert(1)>" + name));
        cell("#flips-0 .card").click();

        assertThat(cell("#sample-title").getText()).contains("<img src=http://127.0.0.1:9/x");
        assertThat(browser.findElements(By.cssSelector("img[onerror]"))).isEmpty();
    }

    @Test
    void whatAPageCouldAskOfTheNetworkIsForbidden() {
        open(Samples.classifier());

        Object outcome =
                browser.executeAsyncScript(
                        "const done = arguments[0]; addEventListener('securitypolicyviolation',"
                                + " e => done(e.effectiveDirective));"
                                + " const i = document.createElement('img');"
                                + " i.src = 'http://127.0.0.1:9/x'; document.body.append(i);");

        assertThat(outcome).isEqualTo("img-src");
        // The browser says so in both logs, which are read empty by this.
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isNotEmpty();
        assertThat(browser.manage().logs().get(LogType.PERFORMANCE).getAll())
                .anyMatch(entry -> entry.getMessage().contains("\"blockedReason\":\"csp\""));
    }

    private void open(Report report) {
        Path file = folder.resolve("report.html");
        report.write(file, true);
        browser.get(file.toUri().toString());
    }

    private WebElement cell(String selector) {
        return browser.findElement(By.cssSelector(selector));
    }

    /** The cells that are shown of a column, counted from 1. */
    private List<String> column(String table, int number) {
        return browser
                .findElements(
                        By.cssSelector(
                                table + " tbody tr:not([hidden]) > :nth-child(" + number + ")"))
                .stream()
                .map(WebElement::getText)
                .toList();
    }

    private Stream<String> requests() {
        return browser.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
                .map(LogEntry::getMessage)
                .map(text -> JsonParser.parseString(text).getAsJsonObject())
                .map(json -> json.getAsJsonObject("message"))
                .filter(
                        json ->
                                json.get("method")
                                        .getAsString()
                                        .equals("Network.requestWillBeSent"))
                .map(json -> json.getAsJsonObject("params").getAsJsonObject("request"))
                .map((JsonObject request) -> request.get("url").getAsString());
    }
}
