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
package io.github.djlquant.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.FeedSpec;
import io.github.djlquant.calibrate.FeedStream;
import io.github.djlquant.calibrate.TextPreprocessing;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.testkit.RealFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drift of real sentences: news and captions of STS-b, and film reviews of SST-2. */
class TokenDriftIT {

    private static final int KNOWN = 500;

    @TempDir private static Path folder;

    private static List<Map<String, Tensor>> captions;
    private static List<Map<String, Tensor>> reviews;
    private static DriftBaseline baseline;

    @BeforeAll
    static void read() throws IOException {
        captions = feeds("captions", columns("stsb/sts-dev.csv", 5));
        reviews = feeds("reviews", columns("sst2/dev.tsv", 0));
        DriftBaseline.Builder known =
                DriftBaseline.builder(List.of("input_ids", "attention_mask", "token_type_ids"));
        captions.subList(0, KNOWN).forEach(known::add);
        baseline = known.build();
    }

    private static List<String> columns(String file, int column) throws IOException {
        return Files.readAllLines(RealFiles.find(file)).stream()
                .map(line -> line.split("\t")[column])
                .toList();
    }

    /** Each sentence by itself, in random order. */
    private static List<Map<String, Tensor>> feeds(String name, List<String> sentences)
            throws IOException {
        Path file = Files.write(folder.resolve(name + ".txt"), sentences);
        Graph model = new OnnxBackend().read(RealFiles.find("minilm/minilm_l6_v2.onnx"));
        CalibrationData data =
                CalibrationData.ofText(
                        file, TextPreprocessing.of(RealFiles.find("minilm/tokenizer.json")));
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        try (FeedStream stream = data.open(FeedSpec.of(model, 1, Long.MAX_VALUE))) {
            stream.forEachRemaining(feed -> feeds.add(feed.tensors()));
        }
        Collections.shuffle(feeds, new Random(1));
        return feeds;
    }

    @Test
    void resampledSentencesRaiseNoAlarm() {
        DriftMonitor monitor = DriftMonitor.builder().build(baseline);
        Random random = new Random(2);
        int others = captions.size() - KNOWN;
        for (int row = 0; row < 100_000; row++) {
            monitor.observe(captions.get(KNOWN + random.nextInt(others)));
            assertThat(monitor.alarms()).isEmpty();
        }
        assertThat(monitor.latest().orElseThrow().window()).isEqualTo(3328);
    }

    @Test
    void anotherDataSetRaisesAnAlarmWithin500Samples() {
        DriftMonitor monitor = DriftMonitor.builder().build(baseline);
        reviews.subList(0, 500).forEach(monitor::observe);
        assertThat(monitor.recommendation().action()).isEqualTo(Recommendation.Action.RECALIBRATE);
        assertThat(monitor.recommendation().toString()).contains("%input_ids");
    }
}
