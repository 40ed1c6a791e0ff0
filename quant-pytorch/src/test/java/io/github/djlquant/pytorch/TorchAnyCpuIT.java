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
package io.github.djlquant.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.CpuClass;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.foreign.ForeignDjl;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.LoudSkip;
import io.github.djlquant.testkit.real.Cifar;
import io.github.djlquant.testkit.real.MiniLmArchive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the target {@code any} promises: an archive made here answers the same on a CPU without
 * 8-bit dot products, in a plain DJL program.
 */
class TorchAnyCpuIT {

    private static final Logger LOG = LoggerFactory.getLogger(TorchAnyCpuIT.class);
    private static final int IMAGES = 100;

    @TempDir private Path folder;

    private Path convolutions(Target.Name target) {
        Cifar cifar = Cifar.orSkip();
        String input = new PyTorchBackend().read(cifar.model(".pt")).inputs().get(0).name();
        return Quantizer.builder()
                .optTarget(target)
                .optLatency(false)
                .optCalibration(
                        CalibrationData.ofFeeds(
                                IntStream.range(0, 10)
                                        .mapToObj(i -> cifar.trainBatch(i * 50, 50))
                                        .map(batch -> Map.of(input, batch.get("input")))
                                        .toList()))
                .build()
                .quantize(cifar.model(".pt"), folder.resolve(target.text() + ".pt"))
                .file();
    }

    private static List<Tensor> images() {
        return List.of(Cifar.orSkip().testBatch(0, IMAGES).get("input"));
    }

    @Test
    void convolutionsAnswerTheSame() {
        assertSameAnswers(convolutions(Target.Name.ANY), images());
    }

    /** A sentence of 12 tokens. */
    @Test
    void linearLayersAtRunTimeAnswerTheSame() throws IOException {
        Path made =
                Quantizer.builder()
                        .optRecipe(Recipe.dynamicInt8())
                        .optTarget(Target.Name.ANY)
                        .optLatency(false)
                        .build()
                        .quantize(
                                MiniLmArchive.make(folder.resolve("minilm.pt")),
                                folder.resolve("any.pt"))
                        .file();
        long[] ids = {101, 1037, 2158, 2003, 2652, 1037, 2858, 2006, 1996, 2395, 1012, 102};
        long[] ones = new long[ids.length];
        Arrays.fill(ones, 1);
        assertSameAnswers(
                made,
                List.of(
                        Tensor.ofLongs(ids, 1, ids.length),
                        Tensor.ofLongs(ones, 1, ids.length),
                        Tensor.ofLongs(new long[ids.length], 1, ids.length)));
    }

    /** Padded on both sides, with every form of phase. */
    @Test
    void transposedConvolutionsAnswerTheSame() {
        TransposedConvolutionsTest.Layer layer =
                new TransposedConvolutionsTest.Layer(2, 3, 2, 1, 1, 1, 1);
        assertSameAnswers(
                TransposedConvolutionsTest.made(layer, Target.Name.ANY, folder).file(),
                List.of(layer.feeds(99).get("x")));
    }

    /** The reason for the target: full-range weights overflow on the older CPU. */
    @Test
    void anArchiveForVnniDoesNotAnswerTheSameWithoutIt() {
        LoudSkip.unless(CpuClass.here() == CpuClass.X86_VNNI, "this CPU has no VNNI");
        Path tuned = convolutions(Target.Name.X86_VNNI);
        float[] here = ForeignDjl.PLAIN.run(tuned, images());
        float[] there = ForeignDjl.WITHOUT_VNNI.run(tuned, images());

        assertThat(difference(here, there)).isGreaterThan(0.05);
    }

    private static void assertSameAnswers(Path made, List<Tensor> feeds) {
        float[] plain = ForeignDjl.PLAIN.run(made, feeds);
        double without = difference(plain, ForeignDjl.WITHOUT_VNNI.run(made, feeds));
        double slow = difference(plain, ForeignDjl.ONEDNN_AVX2.run(made, feeds));
        LOG.warn("{}: {} without VNNI, {} with AVX2 in oneDNN", made.getFileName(), without, slow);
        assertThat(without).isLessThan(1e-3);
        assertThat(slow).isLessThan(1e-3);
    }

    /** The largest difference, relative to the largest element. */
    private static double difference(float[] expected, float[] actual) {
        assertThat(actual).hasSameSizeAs(expected);
        double scale = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            scale = Math.max(scale, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
        }
        return difference / scale;
    }
}
