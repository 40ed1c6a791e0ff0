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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.github.djlquant.EvaluationException;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class EvaluationJsonTest {

    private static final ConfidenceInterval INTERVAL = new ConfidenceInterval(-0.01, 0.03);

    /** Every part is filled: what the form forgets does not come back. */
    private static Evaluation full() {
        CallTimes times =
                new CallTimes(50, 11, 10, 12, 20, 40, List.of(new CallTimes.Bucket(9, 10, 50)));
        Quantiles quantiles = new Quantiles(1, 0, 0.1, 1, 1.5, 2, 3, 4);
        InputView view = InputView.ofText("<b>a text</b>");
        return new Evaluation(
                        List.of(new OutputError("y", 4, 30, 0.99, 0.5, true, 0.25, 0)),
                        4,
                        true,
                        Optional.of(new Evaluation.Accuracy(4, 3, 1, 0)),
                        Optional.of(new LatencyRatio(20, 10, 1.8, 2, 2.2, 50, 1)))
                .with()
                .optSubject(
                        new Subject(
                                "a.onnx",
                                400,
                                "b.onnx",
                                100,
                                "OnnxRuntime 1.29.0",
                                "0.1.0",
                                "rows.npz",
                                "2026-05-01T12:00:00Z",
                                Optional.empty(),
                                Optional.of("djl-quant evaluate a.onnx b.onnx")))
                .optGate(
                        new GateResult(
                                List.of(
                                        new GateResult.Check(
                                                "flips", "y", 0.05, 0.25, false, "too many")),
                                List.of(
                                        new GateResult.Culprit(
                                                GateResult.Culprit.Kind.LAYER, "conv1", "why")),
                                List.of("exclude conv1"),
                                List.of("slower")))
                .optMetrics(
                        List.of(
                                new Metric(
                                        "top-1",
                                        0.75,
                                        0.5,
                                        true,
                                        0.25,
                                        INTERVAL,
                                        "Wald",
                                        Optional.of(new PairedTest("McNemar, exact", 1)),
                                        4)))
                .optSlices(
                        List.of(
                                new Slices(
                                        "brightness",
                                        Slices.Kind.INPUT_PROPERTY,
                                        "top-1",
                                        "Holm",
                                        30,
                                        List.of(
                                                new Slice(
                                                        "0 to 1",
                                                        4,
                                                        0.75,
                                                        0.5,
                                                        0.25,
                                                        INTERVAL,
                                                        0.25,
                                                        Optional.of(0.5),
                                                        true)),
                                        2)))
                .optFlipped(
                        List.of(
                                new Flips(
                                        "y",
                                        4,
                                        1,
                                        1,
                                        0,
                                        List.of(
                                                new Flip(
                                                        3,
                                                        1,
                                                        0,
                                                        0.5,
                                                        0.1,
                                                        Optional.of(
                                                                new Flip.Scores(1, 0.5, 0.7, 0.8)),
                                                        Optional.of(1),
                                                        Optional.of(view))),
                                        List.of(new Flips.Transition(1, 0, 1)),
                                        List.of("cat", "dog"))))
                .optErrors(
                        List.of(
                                new ErrorDistribution(
                                        "z",
                                        4,
                                        quantiles,
                                        quantiles,
                                        List.of(
                                                new Deviation(
                                                        2,
                                                        0.9,
                                                        0.4,
                                                        Optional.of(
                                                                InputView.ofPng(
                                                                        new byte[] {1, 2})))))))
                .optDivergences(
                        List.of(
                                new Divergences(
                                        "tokens",
                                        4,
                                        1,
                                        Optional.of(quantiles),
                                        List.of(
                                                new Divergences.Divergence(
                                                        1, 7, 5, -1, Optional.empty())))))
                .optPerformance(
                        new Performance(
                                List.of(new LatencyDistribution(1, 1, times, times, 1, INTERVAL)),
                                List.of(new Throughput(8, 1, 100, 200, 2, INTERVAL)),
                                Optional.of(new ColdStart(5, 20, 10, 2, INTERVAL)),
                                Optional.of(
                                        new Footprint(
                                                new Footprint.Size(
                                                        400, Optional.of(500L), Optional.empty()),
                                                new Footprint.Size(
                                                        100, Optional.of(90L), Optional.of(95L)),
                                                Optional.of(new MemoryRatio(6, 4, INTERVAL)),
                                                Optional.empty()))))
                .optLayers(
                        List.of(
                                new LayerError(
                                        "v",
                                        "conv1",
                                        0,
                                        Double.POSITIVE_INFINITY,
                                        1,
                                        0.99,
                                        Optional.of(new LayerError.RangeUse(-1, 1, -0.5, 2, 0.01)),
                                        Optional.of(3.0))))
                .optSensitivity(
                        List.of(
                                new Sensitivity(
                                        "conv1",
                                        0,
                                        100,
                                        16,
                                        Optional.of(20.0),
                                        Optional.empty(),
                                        Optional.of(1.0))))
                .optCoverage(new Coverage(500, 256, 20, 1, List.of("v")))
                .optOperators(
                        new Operators(
                                "OnnxRuntime 1.29.0",
                                "profiler",
                                List.of(
                                        new OperatorShare(
                                                "conv1",
                                                "Conv",
                                                "QLinearConv",
                                                true,
                                                false,
                                                "",
                                                Optional.of(0.5),
                                                Optional.of(3.0)))))
                .optHardware(
                        new HardwareCheck(
                                "a CPU",
                                "x86-vnni",
                                List.of("avx2", "vnni"),
                                true,
                                "any",
                                List.of("fast")))
                .optInputTrial(new InputTrial("x", "channels 2, 1, 0", 4, 30))
                .optBaseline(
                        List.of(
                                new BaselineRange(
                                        "x",
                                        500,
                                        -1,
                                        2,
                                        Optional.of(-1.0),
                                        Optional.empty(),
                                        BaselineRange.Known.ROWS)))
                .optTrials(
                        List.of(
                                Trial.of(
                                        "dynamic-int8",
                                        Trial.Outcome.IMPOSSIBLE,
                                        Optional.empty(),
                                        Optional.empty(),
                                        "no layers")))
                .optWarnings(List.of("careful"))
                .build();
    }

    @Test
    void everythingComesBack() {
        Evaluation evaluation = full();

        String text = EvaluationJson.print(evaluation);

        assertThat(EvaluationJson.parse(text, "x.json")).isEqualTo(evaluation);
        assertThat(text)
                .contains(
                        "\"format\": 1", "\"kind\": \"input_property\"", "\"sqnr\": \"Infinity\"");
    }

    @Property(tries = 300)
    void everyEvaluationComesBack(@ForAll long seed) {
        Evaluation evaluation = new RandomRecords(seed).next(Evaluation.class);

        assertThat(EvaluationJson.parse(EvaluationJson.print(evaluation), "x.json"))
                .isEqualTo(evaluation);
    }

    @Test
    void earlierFilesSaidNullOfEqualOutputs() {
        JsonObject json = EvaluationJson.write(full());
        json.getAsJsonArray("layers").get(0).getAsJsonObject().add("sqnr", JsonNull.INSTANCE);

        assertThat(EvaluationJson.parse(json.toString(), "x.json")).isEqualTo(full());
    }

    @Test
    void whatIsAbsentIsEmptyAndWhatIsUnknownIsIgnored() {
        JsonObject json = EvaluationJson.write(full());
        json.remove("slices");
        json.remove("performance");
        json.addProperty("later", 1);

        Evaluation read = EvaluationJson.parse(json.toString(), "x.json");

        assertThat(read.slices()).isEmpty();
        assertThat(read.performance()).isEmpty();
        assertThat(read.metrics()).isEqualTo(full().metrics());
    }

    @Test
    void whatIsNoEvaluationIsRefused() {
        JsonObject newer = EvaluationJson.write(full());
        newer.addProperty("format", 2);
        JsonObject without = EvaluationJson.write(full());
        without.remove("samples");
        JsonObject wrong = EvaluationJson.write(full());
        wrong.addProperty("samples", "many");

        JsonObject word = EvaluationJson.write(full());
        word.getAsJsonArray("outputs").get(0).getAsJsonObject().addProperty("sqnr", "infinite");

        refused("{", "not an evaluation; expected JSON, found '{'");
        refused("<!DOCTYPE html>\n<html>", "expected JSON, found '<!DOCTYPE html>'");
        refused("", "not an evaluation");
        refused("\"a text\"", "not an evaluation; expected a JSON object");
        refused(word.toString(), "no number: \"infinite\"");
        refused("[]", "\"format\"");
        refused(newer.toString(), "another version");
        refused(without.toString(), "no 'samples' in Evaluation");
        refused(wrong.toString(), "'samples' in Evaluation: no whole number, but \"many\"");
        JsonObject flat = EvaluationJson.write(full());
        flat.addProperty("slices", "none");
        refused(flat.toString(), "'slices' in Evaluation: no list, but \"none\"");
    }

    /** The words of the library that reads JSON are about its own settings. */
    @Test
    void theReaderOfJsonIsNotQuoted() {
        for (String text : List.of("{", "<html>", "[1, 2", "{\"format\": 1, \"outputs\": 3}")) {
            assertThatThrownBy(() -> EvaluationJson.parse(text, "x.json"))
                    .isInstanceOf(EvaluationException.class)
                    .extracting(Throwable::getMessage)
                    .asString()
                    .doesNotContain("com.google", "Lenient", "BEGIN_", "line 1 column", "Gson");
        }
    }

    private static void refused(String text, String reason) {
        assertThatThrownBy(() -> EvaluationJson.parse(text, "x.json"))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining("x.json")
                .hasMessageContaining(reason);
    }
}
