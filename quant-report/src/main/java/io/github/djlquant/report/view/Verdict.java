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
package io.github.djlquant.report.view;

import java.util.List;
import java.util.Objects;

/**
 * What stands first: whether the model is good enough, and if not, what is to blame.
 *
 * @param word one word: {@code Passed}, {@code Refused} or {@code Not judged}
 * @param tone what it means
 * @param summary one sentence with the main figures
 * @param failures what failed, one sentence each
 * @param culprits what probably did it, the worst first
 * @param advice what to try, the most promising first
 * @param warnings what should be known
 * @param tiles the main figures
 */
public record Verdict(
        String word,
        Tone tone,
        String summary,
        List<String> failures,
        List<Culprit> culprits,
        List<String> advice,
        List<String> warnings,
        List<Tile> tiles) {

    /** Copies the lists. */
    public Verdict {
        Objects.requireNonNull(word, "word");
        Objects.requireNonNull(tone, "tone");
        Objects.requireNonNull(summary, "summary");
        failures = List.copyOf(failures);
        culprits = List.copyOf(culprits);
        advice = List.copyOf(advice);
        warnings = List.copyOf(warnings);
        tiles = List.copyOf(tiles);
    }

    /**
     * What probably did it.
     *
     * @param kind such as {@code layer}
     * @param name its name
     * @param text the evidence
     */
    public record Culprit(String kind, String name, String text) {}

    /**
     * One main figure.
     *
     * @param name what it is
     * @param value the figure
     * @param detail how sure it is, or what it was before
     * @param tone what it means
     */
    public record Tile(String name, String value, String detail, Tone tone) {}
}
