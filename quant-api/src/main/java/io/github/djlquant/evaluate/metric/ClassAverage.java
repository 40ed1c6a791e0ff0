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
package io.github.djlquant.evaluate.metric;

import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.evaluate.PairedBatch;
import java.util.Locale;

/** Precision, recall or F1, averaged over the classes that occur as label. */
final class ClassAverage extends SumMetric {

    /** Which of them. */
    enum Kind {
        PRECISION,
        RECALL,
        F1
    }

    private final Kind kind;
    private final Labels labels;
    private int classes;

    ClassAverage(Kind kind, Labels labels) {
        super(kind.name().toLowerCase(Locale.ROOT), true);
        this.kind = kind;
        this.labels = labels;
    }

    @Override
    boolean isShare() {
        return true;
    }

    /** Per class: right answers, answers, labels. */
    @Override
    int sums(PairedBatch first, String output) {
        PairedBatch.Rows answers = first.sourceRows(output);
        Labels.requireClass(0, output, answers.classes());
        // Of answers that are chosen already, one more stands for all that no label names.
        classes = answers.chosen() ? labels.classes() + 1 : answers.width();
        return 3 * classes;
    }

    @Override
    void score(PairedBatch batch, PairedBatch.Rows answers, int row, Sums sums) {
        int label = labels.label(batch.feed(), row);
        Labels.requireClass(label, batch.mainOutput(), answers.classes());
        int answer = answers.largest(row);
        if (answer == label) {
            sums.add(3 * label, 1);
        }
        if (answer >= 0) {
            sums.add(3 * Math.min(answer, classes - 1) + 1, 1);
        }
        sums.add(3 * label + 2, 1);
    }

    @Override
    double value(double[] sums) {
        double total = 0;
        int occurring = 0;
        for (int i = 0; i < sums.length; i += 3) {
            double right = sums[i];
            double answered = sums[i + 1];
            double labelled = sums[i + 2];
            if (labelled > 0) {
                occurring++;
                total +=
                        switch (kind) {
                            case PRECISION -> answered == 0 ? 0 : right / answered;
                            case RECALL -> right / labelled;
                            case F1 -> 2 * right / (answered + labelled);
                        };
            }
        }
        return total / occurring;
    }
}
