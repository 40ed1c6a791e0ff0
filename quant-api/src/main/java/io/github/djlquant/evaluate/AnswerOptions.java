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

import ai.djl.util.Progress;
import io.github.djlquant.evaluate.metric.Detector;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How the answers of two models are compared: what is right, by what to judge, how to divide the
 * samples. The part that the builders of {@link PairedComparison} and {@link ModelEvaluator} share.
 *
 * @param <B> the builder
 */
public abstract class AnswerOptions<B extends AnswerOptions<B>> {

    Labels labels;
    List<String> classNames = List.of();
    List<PairedMetric> metrics = new ArrayList<>();
    List<Slicing> slicings = new ArrayList<>();
    Readout readout = Readout.OUTPUTS;
    String judged;
    Detector detector;
    InputViewer viewer = new Thumbnails();
    Task task;
    Progress progress = new NoProgress();

    AnswerOptions() {}

    /** This builder. */
    abstract B self();

    /** Takes all options of another builder. */
    B takeAnswerOptions(AnswerOptions<?> other) {
        labels = other.labels;
        classNames = other.classNames;
        metrics = new ArrayList<>(other.metrics);
        slicings = new ArrayList<>(other.slicings);
        readout = other.readout;
        judged = other.judged;
        detector = other.detector;
        viewer = other.viewer;
        task = other.task;
        progress = other.progress;
        return self();
    }

    /** True if labels or metrics belong to one output, which is to be found or is named. */
    boolean judgesOne() {
        return judged != null || labels != null;
    }

    /**
     * Sets the right class of each sample. Accuracy, F1, precision and recall follow, and slices by
     * label.
     *
     * @param classes the labels, in the order of the data, as many as it has rows; null for none
     * @return this builder
     */
    public B optLabels(Labels classes) {
        labels = classes;
        return self();
    }

    /**
     * Names the classes.
     *
     * @param names by their index
     * @return this builder
     */
    public B optClassNames(List<String> names) {
        classNames = List.copyOf(names);
        return self();
    }

    /**
     * Adds figures of merit; the first one is the main one, which the gate judges.
     *
     * @param added not used before; in place of those that labels give
     * @return this builder
     */
    public B optMetrics(PairedMetric... added) {
        metrics.addAll(List.of(added));
        return self();
    }

    /**
     * Adds criteria that divide the samples, besides label, brightness, contrast and length.
     *
     * @param added the criteria
     * @return this builder
     */
    public B optSlices(Slicing... added) {
        slicings.addAll(List.of(added));
        return self();
    }

    /**
     * Sets what is made of the outputs before they are judged.
     *
     * @param made the readout
     * @return this builder
     */
    public B optReadout(Readout made) {
        readout = Objects.requireNonNull(made, "readout");
        return self();
    }

    /**
     * Names the output that labels and metrics belong to, of a model that has several. Needed where
     * more than one holds a score for each class and they give other answers.
     *
     * @param output the name of an output of the model, or of its readout
     * @return this builder
     */
    public B optJudgedOutput(String output) {
        judged = Objects.requireNonNull(output, "output");
        return self();
    }

    /**
     * Says how to read the boxes of a detector. What both models find is matched then, whatever its
     * number; outputs that have the usual forms of boxes are recognized without.
     *
     * @param boxes reads them
     * @return this builder
     */
    public B optDetector(Detector boxes) {
        detector = Objects.requireNonNull(boxes, "detector");
        return self();
    }

    /**
     * Sets how samples are shown. By default images become thumbnails, and texts are quoted.
     *
     * @param shown the viewer
     * @return this builder
     */
    public B optViewer(InputViewer shown) {
        viewer = Objects.requireNonNull(shown, "viewer");
        return self();
    }

    /**
     * Says what the model is for, where names and operators say nothing or the wrong thing.
     *
     * @param what the task
     * @return this builder
     */
    public B optTask(Task what) {
        task = Objects.requireNonNull(what, "task");
        return self();
    }

    /**
     * Sets who is told how far the comparison is.
     *
     * @param listener the listener
     * @return this builder
     */
    public B optProgress(Progress listener) {
        progress = Objects.requireNonNull(listener, "progress");
        return self();
    }
}
