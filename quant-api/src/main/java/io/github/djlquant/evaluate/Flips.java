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
package io.github.djlquant.evaluate;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The samples whose answer changed: the class with the largest score, or the class itself where the
 * model chooses it. Of a model that chooses a class for each pixel, every pixel counts as a sample.
 *
 * @param output the output that holds the scores
 * @param samples samples compared
 * @param changed how many answers changed
 * @param lost how many of them were right before and are wrong now; 0 without labels
 * @param gained how many of them were wrong before and are right now; 0 without labels
 * @param worst the changed samples with the largest source margin first: the source was sure of
 *     them; a bounded number
 * @param transitions from which class to which, the most frequent first; a bounded number
 * @param classNames names of the classes by their index; empty if they are not known
 */
public record Flips(
        String output,
        long samples,
        long changed,
        long lost,
        long gained,
        List<Flip> worst,
        List<Transition> transitions,
        List<String> classNames) {

    /** Copies the lists. */
    public Flips {
        Objects.requireNonNull(output, "output");
        worst = List.copyOf(worst);
        transitions = List.copyOf(transitions);
        classNames = List.copyOf(classNames);
    }

    /**
     * Returns the share of changed answers.
     *
     * @return between 0 and 1
     */
    public double share() {
        return samples == 0 ? 0 : changed / (double) samples;
    }

    /**
     * Returns the 95 % interval of the share of changed answers (Wilson 1927); it has a width where
     * none changed.
     *
     * @return the interval, between 0 and 1
     */
    public ConfidenceInterval interval() {
        return ConfidenceInterval.wilson(changed, samples);
    }

    /**
     * Names a class.
     *
     * @param index from 0; -1 for no answer, where all scores are NaN
     * @return its name, or its index as text
     */
    public String className(int index) {
        if (index < 0) {
            return "no answer";
        }
        return index < classNames.size() ? classNames.get(index) : Integer.toString(index);
    }

    /**
     * How many answers went from one class to another.
     *
     * @param from the source model's answer
     * @param to the quantized model's answer
     * @param count samples
     */
    public record Transition(int from, int to, long count) {}

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d of %d answers changed (%.2f %%, 95 %% interval %.2f to %.2f %%), %d lost, %d"
                        + " gained",
                changed,
                samples,
                100 * share(),
                100 * interval().low(),
                100 * interval().high(),
                lost,
                gained);
    }
}
