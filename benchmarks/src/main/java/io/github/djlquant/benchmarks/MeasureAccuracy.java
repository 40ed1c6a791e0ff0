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
package io.github.djlquant.benchmarks;

import ai.onnxruntime.OrtException;
import io.github.djlquant.backend.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** ResNet-20 on all 10,000 test images of CIFAR-10: every file of the peer, and ours. */
final class MeasureAccuracy {

    private static final double LEAST_TOP1 = 0.81;

    private MeasureAccuracy() {}

    static void run(WorkFolder work, Path real, Report report) throws IOException, OrtException {
        CifarTestSet images = new CifarTestSet(real);
        float[] source = scores(images, work.model(Network.RESNET20));
        String reference = text(images.compare(source, source));
        for (String setting : List.of("defaults", "minmax", "percentile", "entropy")) {
            Path file = work.peer(Network.RESNET20, setting);
            if (Files.exists(file)) {
                String peer = text(images.compare(source, scores(images, file)));
                report.add(
                        Report.Row.of("resnet20 accuracy, peer " + setting, reference, peer, ""));
            }
        }
        add(images, source, work, Target.Name.HERE, 0.015, 29.0, report);
        add(images, source, work, Target.Name.ANY, 0.017, 28.3, report);
    }

    private static void add(
            CifarTestSet images,
            float[] source,
            WorkFolder work,
            Target.Name target,
            double mostFlips,
            double leastSqnr,
            Report report)
            throws OrtException {
        CifarTestSet.Accuracy ours =
                images.compare(source, scores(images, work.ours(Network.RESNET20, target)));
        report.add(
                Report.Row.of(
                                "resnet20 accuracy, target " + target.text(),
                                text(images.compare(source, source)),
                                "",
                                text(ours))
                        .withBar(
                                String.format(
                                        Locale.ROOT,
                                        "top-1 >= %.1f %%, flips <= %.1f %%, SQNR >= %.1f dB",
                                        100 * LEAST_TOP1,
                                        100 * mostFlips,
                                        leastSqnr),
                                ours.top1() >= LEAST_TOP1
                                        && ours.flips() <= mostFlips
                                        && ours.sqnr() >= leastSqnr));
    }

    static float[] scores(CifarTestSet images, Path file) throws OrtException {
        try (Contender model = new Contender("", file, 0)) {
            return images.scores(model);
        }
    }

    static String text(CifarTestSet.Accuracy accuracy) {
        return Double.isInfinite(accuracy.sqnr())
                ? String.format(Locale.ROOT, "%.2f %%", 100 * accuracy.top1())
                : String.format(
                        Locale.ROOT,
                        "%.2f %%, flips %.2f %%, %.2f dB",
                        100 * accuracy.top1(),
                        100 * accuracy.flips(),
                        accuracy.sqnr());
    }
}
