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

import com.google.gson.JsonParser;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Names of models and data can't change the page: whatever they are, jsoup, which we did not write,
 * reads the same elements with the same attributes, and the names as text.
 */
class HostileNamesTest {

    static Stream<String> names() {
        return Stream.of(
                "</script><script>alert(1)</script>",
                "</SCRIPT ><img src=x onerror=alert(1)>",
                "<!--<script>",
                "\"><img src=x onerror=\"alert(1)\">",
                "' onmouseover='alert(1)' x='",
                "</style><style>*{display:none}",
                "</title></head><body onload=alert(1)>",
                "javascript:alert(1)",
                "]]><svg onload=alert(1)>",
                "a\u2028alert(1)\u2029//",
                "&lt;b&gt; &amp;",
                "${7*7} {{7*7}} $unsafe{1}",
                "\\u003c/script\\u003e\\",
                "`+alert(1)+`");
    }

    @ParameterizedTest
    @MethodSource("names")
    void theyCantChangeThePage(String name) {
        Document expected = Jsoup.parse(page(plain -> "n " + plain));
        Document actual = Jsoup.parse(page(plain -> name + plain));

        assertThat(skeleton(actual)).isEqualTo(skeleton(expected));
        assertThat(actual.select("#verdict .culprits b").first().text())
                .isEqualTo(visible(name + "layer2.1/conv2"));
        assertThat(actual.select("#table-layers tbody th").first().wholeText())
                .isEqualTo(name + "layer1.0/conv1");
    }

    @ParameterizedTest
    @MethodSource("names")
    void theyCantLeaveTheDataOfScripts(String name) {
        Document page = Jsoup.parse(page(plain -> name + plain));

        for (Element script : page.select("script[type=application/json]")) {
            assertThat(script.data()).doesNotContain("<", ">", "&", "\u2028", "\u2029");
            assertThat(JsonParser.parseString(script.data()).isJsonNull()).isFalse();
        }
        String layers = page.select("#chart-layers script").first().data();
        assertThat(
                        JsonParser.parseString(layers)
                                .getAsJsonObject()
                                .getAsJsonArray("points")
                                .get(0)
                                .getAsJsonObject()
                                .get("name")
                                .getAsString())
                .isEqualTo(name + "layer1.0/conv1");
    }

    @ParameterizedTest
    @MethodSource("names")
    void theyCantChangeANotebookCell(String name) {
        Document expected =
                Jsoup.parse(Samples.classifier((UnaryOperator<String>) p -> "n " + p).notebook());
        Document actual = Jsoup.parse(Samples.classifier(p -> name + p).notebook());

        assertThat(skeleton(actual)).isEqualTo(skeleton(expected));
        assertThat(actual.select("script, style, img, iframe, [onload], [onerror]")).isEmpty();
    }

    private static String page(UnaryOperator<String> names) {
        return Samples.classifier(names).html();
    }

    /**
     * Every element with the names of its attributes, and the values of those that have an effect.
     */
    private static List<String> skeleton(Document page) {
        return page.getAllElements().stream()
                .map(
                        element ->
                                element.tagName()
                                        + element.attributes().asList().stream()
                                                .map(HostileNamesTest::attribute)
                                                .sorted()
                                                .toList())
                .toList();
    }

    private static String attribute(Attribute attribute) {
        String name = attribute.getKey();
        boolean harmless = List.of("value", "alt", "aria-label", "title").contains(name);
        return harmless ? name : name + "=" + attribute.getValue();
    }

    private static String visible(String text) {
        return Jsoup.parse("<p></p>").select("p").first().text(text).text();
    }
}
