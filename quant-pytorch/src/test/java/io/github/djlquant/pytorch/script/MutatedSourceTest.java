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
package io.github.djlquant.pytorch.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.pytorch.archive.ArchiveReader;
import io.github.djlquant.pytorch.corpus.Corpus;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever text an archive's code holds, parsing it gives a tree that prints or a typed error. */
class MutatedSourceTest {

    private static final Pattern TOKEN = Pattern.compile("\\w+|\\s+|\"[^\"\n]*\"|.");
    private static final List<String> TOKENS =
            List.of(
                    "(",
                    ")",
                    "[",
                    "]",
                    "{",
                    "}",
                    ":",
                    ",",
                    "=",
                    ".",
                    "\n",
                    "\n  ",
                    "\n    ",
                    "\"",
                    "'",
                    "#",
                    "\\",
                    "->",
                    "**",
                    "not ",
                    " is ",
                    " in ",
                    " if ",
                    " else ",
                    "def ",
                    "class ",
                    "for ",
                    "while ",
                    "return ",
                    "None",
                    "inf",
                    "-",
                    "1",
                    "1e999",
                    "9".repeat(30),
                    "getattr(",
                    "\u0000",
                    "\u20ac",
                    "\t",
                    "lambda",
                    "* ",
                    "...",
                    "+=",
                    "@");

    private int parsed;
    private int refused;

    @Test
    void hundreds() {
        mutate(600, 1);
    }

    @Test
    @Tag("nightly")
    void thousands() {
        mutate(10_000, 2);
    }

    @Test
    void everyTruncation() {
        String source = sources("nested_ifs_scripted").get(0);
        for (int length = 0; length < source.length(); length++) {
            attempt(source.substring(0, length), "cut to " + length);
        }
        assertThat(refused).isGreaterThan(source.length() / 2);
    }

    private void mutate(int count, long seed) {
        List<String> sources = new ArrayList<>();
        for (String name :
                List.of(
                        "attributes_scripted",
                        "enums_and_named_tuples_scripted",
                        "futures_scripted",
                        "interfaces_scripted",
                        "lists_and_tuples_scripted",
                        "loops_scripted",
                        "residual_cnn_traced")) {
            sources.addAll(sources(name));
        }
        Random random = new Random(seed);
        for (int i = 0; i < count; i++) {
            String source = sources.get(random.nextInt(sources.size()));
            int changes = 1 + random.nextInt(3);
            for (int change = 0; change < changes; change++) {
                source = change(source, random);
            }
            attempt(source, "seed " + seed + ", mutant " + i);
        }
        assertThat(parsed).as("some mutants still parse").isGreaterThan(count / 20);
        assertThat(refused).as("some mutants are refused").isGreaterThan(count / 4);
    }

    private static List<String> sources(String name) {
        return List.copyOf(ArchiveReader.read(Corpus.archive(name)).code().values());
    }

    private static String change(String source, Random random) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(source);
        while (matcher.find()) {
            tokens.add(matcher.group());
        }
        int at = random.nextInt(tokens.size());
        int other = random.nextInt(tokens.size());
        switch (random.nextInt(6)) {
            case 0 -> tokens.remove(at);
            case 1 -> tokens.set(at, tokens.get(other));
            case 2 -> tokens.add(at, TOKENS.get(random.nextInt(TOKENS.size())));
            case 3 -> tokens.set(at, TOKENS.get(random.nextInt(TOKENS.size())));
            case 4 -> tokens.add(at, tokens.get(at).repeat(1 + random.nextInt(400)));
            default -> {
                int end = Math.min(tokens.size(), at + 1 + random.nextInt(20));
                tokens.addAll(other, List.copyOf(tokens.subList(at, end)));
            }
        }
        return String.join("", tokens);
    }

    private void attempt(String source, String mutant) {
        ScriptFile file;
        try {
            file = ScriptParser.parse(source, "net.py");
        } catch (ModelFormatException | UnsupportedModelException e) {
            assertThat(e).as(mutant).hasMessageContaining("net.py: line ");
            assertPlace(e, source, mutant);
            refused++;
            return;
        }
        parsed++;
        assertThat(ScriptParser.parse(ScriptPrinter.print(file), "net.py"))
                .as(mutant)
                .isEqualTo(file);
    }

    private static void assertPlace(QuantizationException e, String source, String mutant) {
        Matcher place = Pattern.compile("line (\\d+), column (\\d+)").matcher(e.getMessage());
        assertThat(place.find()).as(mutant).isTrue();
        long lines = source.lines().count() + 1;
        assertThat(Long.parseLong(place.group(1))).as(mutant).isBetween(1L, lines);
        assertThat(Long.parseLong(place.group(2))).as(mutant).isPositive();
    }
}
