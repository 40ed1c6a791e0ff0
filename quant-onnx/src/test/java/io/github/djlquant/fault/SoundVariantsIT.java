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
package io.github.djlquant.fault;

import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.calibrate.RangeMethod;
import io.github.djlquant.calibrate.TextPreprocessing;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.onnx.Fixture;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.RealFiles;
import io.github.djlquant.testkit.real.Cifar;
import io.github.djlquant.testkit.real.SentenceTasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Twenty sound artifacts, of which the default gate refuses none: a ResNet, a network of depthwise
 * convolutions in several forms, a sentence encoder, an LSTM, a detector and a decoder, each by the
 * ways that suit it.
 */
class SoundVariantsIT {

    private static final int IMAGES = 600;
    private static final int SENTENCES = 60;

    @TempDir private Path folder;

    /** How it is quantized. */
    private record Way(String name, Recipe recipe, Target.Name target) {

        private static Way of(String name, Recipe recipe) {
            return new Way(name, recipe, Target.Name.ANY);
        }

        @Override
        public String toString() {
            return name + ", " + target.text();
        }
    }

    private static final Recipe STATIC = Recipe.staticInt8();

    /** What a ResNet-20 is calibrated with. */
    private record Images(Way way, int first, int count, int batch) {

        @Override
        public String toString() {
            return way + ", " + count + " images from " + first + " by " + batch;
        }
    }

    static Stream<Images> images() {
        return Stream.of(
                new Images(new Way("static", STATIC, Target.Name.HERE), 0, 200, 0),
                new Images(new Way("static", STATIC, Target.Name.X86_AVX2), 4000, 100, 1),
                new Images(
                        Way.of("extremes", STATIC.withRanges(new RangeMethod.MinMax())), 0, 64, 0),
                new Images(
                        Way.of("divergence", STATIC.withRanges(new RangeMethod.Entropy())),
                        2000,
                        200,
                        7),
                new Images(
                        Way.of("no bias correction", STATIC.withBiasCorrection(false)),
                        0,
                        200,
                        200),
                new Images(Way.of("input of 8 bits", STATIC.withSplitInput(false)), 1000, 200, 0));
    }

    @ParameterizedTest
    @MethodSource("images")
    void aResNetIsNotRefused(Images images) {
        Cifar cifar = Cifar.orSkip();
        FaultTrial trial =
                new FaultTrial(
                        cifar.model(".onnx"),
                        folder,
                        CalibrationData.ofFeeds(List.of(cifar.testBatch(0, IMAGES))),
                        Labels.of(cifar.testLabels(0, IMAGES)),
                        List.of());
        trial.assertPassed(
                trial.quantize(
                        "int8",
                        images.way().recipe(),
                        CalibrationData.ofFeeds(
                                List.of(cifar.trainBatch(images.first(), images.count()))),
                        images.way().target(),
                        images.batch()));
    }

    /** A network, and how it is quantized. */
    private record Network(Fixture fixture, Way way) {

        @Override
        public String toString() {
            return fixture + ", " + way;
        }
    }

    static Stream<Network> networks() {
        Way dynamic = Way.of("dynamic", Recipe.dynamicInt8());
        Way plain = Way.of("static", STATIC);
        return Stream.of(
                new Network(
                        Fixture.DEPTHWISE_CNN,
                        Way.of("percentile", STATIC.withRanges(new RangeMethod.Percentile(99.99)))),
                new Network(Fixture.DEPTHWISE_CNN, new Way("static", STATIC, Target.Name.HERE)),
                new Network(Fixture.ABSURD_CHANNEL, plain),
                new Network(Fixture.FP16_CNN, plain),
                new Network(
                        Fixture.EXTERNAL_CNN,
                        Way.of("squared error", STATIC.withRanges(new RangeMethod.Mse(2)))),
                new Network(Fixture.QAT_CNN, plain),
                new Network(Fixture.SPEECH_GATE, dynamic),
                new Network(
                        Fixture.SPEECH_GATE,
                        new Way("dynamic", Recipe.dynamicInt8(), Target.Name.HERE)),
                new Network(Fixture.BOX_DETECTOR, plain),
                new Network(Fixture.TEXT_DECODER, dynamic),
                new Network(Fixture.TEXT_DECODER, Way.of("floats only", Recipe.optimize())));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void anotherNetworkIsNotRefused(Network network) {
        Fixture fixture = network.fixture();
        Path source = fixture.copyTo(folder);
        FaultTrial trial =
                new FaultTrial(
                        source,
                        folder,
                        CalibrationData.ofFeeds(
                                fixture.heldOut(source).stream().map(Feed::tensors).toList()),
                        fixture.heldOutLabels(),
                        List.of());
        boolean floats = network.way().recipe().equals(Recipe.optimize());
        trial.assertPassed(
                trial.quantize(
                        "int8",
                        network.way().recipe(),
                        floats ? null : CalibrationData.ofFeeds(fixture.calibration(source)),
                        network.way().target(),
                        0));
    }

    static Stream<Way> encoders() {
        return Stream.of(
                Way.of("dynamic", Recipe.dynamicInt8()),
                new Way("dynamic", Recipe.dynamicInt8(), Target.Name.HERE),
                Way.of("static", STATIC));
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void aSentenceEncoderIsNotRefused(Way way) throws IOException {
        List<String> sentences = SentenceTasks.unlabelled();
        FaultTrial trial =
                new FaultTrial(
                        RealFiles.find("minilm/minilm_l6_v2.onnx"),
                        folder,
                        texts("test.txt", sentences.subList(0, SENTENCES)),
                        null,
                        List.of());
        trial.assertPassed(
                trial.quantize(
                        "int8",
                        way.recipe(),
                        way.recipe().equals(STATIC)
                                ? texts(
                                        "calibration.txt",
                                        sentences.subList(SENTENCES, 3 * SENTENCES))
                                : null,
                        way.target(),
                        0));
    }

    private CalibrationData texts(String name, List<String> sentences) throws IOException {
        return CalibrationData.ofText(
                Files.write(folder.resolve(name), sentences),
                TextPreprocessing.of(RealFiles.find("minilm/tokenizer.json")));
    }
}
