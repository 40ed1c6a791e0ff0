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
package io.github.djlquant.onnx;

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.calibrate.npz.NpzReader;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.testkit.real.Cifar;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The models of {@code fixtures/models}, each with inputs to calibrate and judge it by. Those that
 * were trained on CIFAR images need the real ones, and skip their tests, loudly, without.
 */
public enum Fixture {
    /** Inverted residuals, BatchNormalization as nodes. */
    DEPTHWISE_CNN,
    /** One channel's weights are 196 times the median of the others. */
    ABSURD_CHANNEL,
    /** Weights and computation in float16. */
    FP16_CNN,
    /** Weights in a file of their own. */
    EXTERNAL_CNN,
    /** Fine-tuned with fake quantization and exported in QDQ form. */
    QAT_CNN,
    /** LSTM in an If inside an If, state in and out. */
    SPEECH_GATE,
    /** Convolutions, an LSTM and a GRU over their rows, exported without folding constants. */
    ROW_READER,
    /** Decodes its boxes in the graph; opset 9, IR 3, initializers among the inputs. */
    BOX_DETECTOR,
    /** One step of a decoder, keys and values in and out. */
    TEXT_DECODER;

    private static final int CALIBRATED = 200;
    private static final int HELD_OUT = 1000;
    private static final int CELLS = 128;

    private String fileName() {
        return name().toLowerCase(java.util.Locale.ROOT) + ".onnx";
    }

    /** Copies the model to a folder. */
    public Path copyTo(Path folder) {
        copy(fileName() + ".data", folder);
        return copy(fileName(), folder)
                .orElseThrow(() -> new AssertionError("no resource " + fileName()));
    }

    private static Optional<Path> copy(String name, Path folder) {
        try (InputStream resource = Fixture.class.getResourceAsStream("fixtures/" + name)) {
            if (resource == null) {
                return Optional.empty();
            }
            Path file = folder.resolve(name);
            Files.copy(resource, file);
            return Optional.of(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Inputs to calibrate with. */
    public List<Map<String, Tensor>> calibration(Path model) {
        return switch (this) {
            case SPEECH_GATE -> frames(model.resolveSibling("frames"));
            case BOX_DETECTOR -> scenes(model.resolveSibling("scenes"), 0, 24);
            case TEXT_DECODER -> steps(model, "You may reproduce and distribute copies of the ");
            default -> List.of(Cifar.orSkip().trainBatch(0, CALIBRATED));
        };
    }

    /** Other inputs, to judge by. */
    public List<Feed> heldOut(Path model) {
        return switch (this) {
            case SPEECH_GATE -> singly(frames(model.resolveSibling("frames")));
            case BOX_DETECTOR -> singly(scenes(model.resolveSibling("scenes"), 24, 24));
            case TEXT_DECODER -> singly(steps(model, "This License does not grant permission to "));
            default -> {
                Cifar cifar = Cifar.orSkip();
                List<Feed> batches = new ArrayList<>();
                for (int first = 0; first < HELD_OUT; first += CALIBRATED) {
                    batches.add(new Feed(cifar.testBatch(first, CALIBRATED), CALIBRATED, first));
                }
                yield batches;
            }
        };
    }

    /** The right classes of the other inputs; null where there are none. */
    public Labels heldOutLabels() {
        return switch (this) {
            case SPEECH_GATE, BOX_DETECTOR, TEXT_DECODER -> null;
            default -> Labels.of(Cifar.orSkip().testLabels(0, HELD_OUT));
        };
    }

    static List<Feed> singly(List<Map<String, Tensor>> feeds) {
        List<Feed> batches = new ArrayList<>();
        feeds.forEach(feed -> batches.add(new Feed(feed, 1, batches.size())));
        return batches;
    }

    /** Consecutive frames; the state of each is 0, as a caller without a stream would say. */
    private static List<Map<String, Tensor>> frames(Path scratch) {
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (Tensor frame : rows("speech_gate.npz", "input", scratch)) {
            Map<String, Tensor> feed = new LinkedHashMap<>();
            feed.put("input", frame);
            feed.put("state", Tensor.ofFloats(new float[2 * CELLS], 2, 1, CELLS));
            feed.put("sr", Tensor.ofLongs(new long[] {16000}));
            feeds.add(feed);
        }
        return feeds;
    }

    private static List<Map<String, Tensor>> scenes(Path scratch, int first, int count) {
        return rows("box_detector.npz", "image", scratch).subList(first, first + count).stream()
                .map(image -> Map.of("image", image))
                .toList();
    }

    private static List<Tensor> rows(String name, String array, Path scratch) {
        List<Tensor> rows = new ArrayList<>();
        try {
            Files.createDirectories(scratch);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path file = scratch.resolve(name);
        if (!Files.exists(file)) {
            copy(name, scratch);
        }
        try (NpzReader reader = NpzReader.open(file)) {
            for (long row = 0; row < reader.rows(); row++) {
                rows.add(reader.read(1).get(array));
            }
        }
        return rows;
    }

    /** Every prefix's step as the float model meets it, with keys and values of its own. */
    static List<Map<String, Tensor>> steps(Path model, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        Map<String, Tensor> past = new LinkedHashMap<>();
        for (int layer = 0; layer < 2; layer++) {
            for (String part : List.of("key", "value")) {
                past.put(
                        "past_key_values." + layer + "." + part,
                        Tensor.ofFloats(new float[0], 1, 4, 0, 32));
            }
        }
        try (GraphRunner runner = new OnnxBackend().open(model, RunOptions.DEFAULT)) {
            for (int at = 0; at < bytes.length; at++) {
                long[] mask = new long[at + 1];
                java.util.Arrays.fill(mask, 1);
                Map<String, Tensor> feed = new LinkedHashMap<>(past);
                feed.put("input_ids", Tensor.ofLongs(new long[] {bytes[at]}, 1, 1));
                feed.put("attention_mask", Tensor.ofLongs(mask, 1, mask.length));
                if (at > 0) {
                    feeds.add(feed);
                }
                Map<String, Tensor> made = runner.run(feed);
                past.replaceAll(
                        (name, old) -> made.get(name.replace("past_key_values", "present")));
            }
        }
        return feeds;
    }
}
