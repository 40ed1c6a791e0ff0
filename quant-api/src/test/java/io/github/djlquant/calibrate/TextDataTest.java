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
package io.github.djlquant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.calibrate.text.WordTokenizer;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextDataTest {

    private static final Dimension OPEN = Dimension.UNKNOWN;

    @TempDir private Path folder;
    private TextPreprocessing words;

    @BeforeEach
    void writeTokenizer() throws IOException {
        words = TextPreprocessing.of(WordTokenizer.write(folder, "null", "null"));
    }

    private static Value input(String name, DataType type, Dimension... dimensions) {
        return new Value(name, new ValueType.TensorType(type, new Shape(List.of(dimensions))));
    }

    private static Value open(String name) {
        return input(name, DataType.INT64, OPEN, OPEN);
    }

    private CalibrationData texts(String... lines) throws IOException {
        Path file = Files.writeString(folder.resolve("x.txt"), String.join("\n", lines));
        return CalibrationData.ofText(file, words);
    }

    private static List<Feed> all(CalibrationData data, FeedSpec spec) {
        List<Feed> feeds = new ArrayList<>();
        try (FeedStream stream = data.open(spec)) {
            stream.forEachRemaining(feeds::add);
        }
        return feeds;
    }

    private static FeedSpec spec(int batch, long samples, Value... inputs) {
        return new FeedSpec(List.of(inputs), batch, samples);
    }

    private static long[] longs(Feed feed, String input) {
        return feed.tensors().get(input).toLongs();
    }

    @Test
    void feedsEachInputByItsName() throws IOException {
        List<Feed> feeds =
                all(
                        texts("a b"),
                        spec(
                                4,
                                10,
                                open("input_ids"),
                                open("attention_mask"),
                                open("token_type_ids"),
                                open("position_ids")));
        assertThat(feeds).hasSize(1);
        assertThat(longs(feeds.get(0), "input_ids")).containsExactly(2, 10, 11, 3);
        assertThat(longs(feeds.get(0), "attention_mask")).containsExactly(1, 1, 1, 1);
        assertThat(longs(feeds.get(0), "token_type_ids")).containsExactly(0, 0, 0, 0);
        assertThat(longs(feeds.get(0), "position_ids")).containsExactly(0, 1, 2, 3);
    }

    @Test
    void takesTwoTextsAndInt32AndNamesOfTensorFlow() throws IOException {
        Path file = Files.writeString(folder.resolve("x.tsv"), "one\ttwo\na\tb c\n");
        CalibrationData data = CalibrationData.ofText(file, words.withColumns("two", "one"));
        Feed feed =
                all(
                                data,
                                spec(
                                        1,
                                        10,
                                        input("input_ids:0", DataType.INT32, OPEN, OPEN),
                                        open("segment_ids:0")))
                        .get(0);
        assertThat(feed.tensors().get("input_ids:0").dataType()).isEqualTo(DataType.INT32);
        assertThat(longs(feed, "segment_ids:0")).containsExactly(0, 0, 0, 0, 1, 1);
    }

    @Test
    void samplesOfOneLengthMakeABatchAndNoneIsFilledUp() throws IOException {
        List<Feed> feeds =
                all(
                        texts("a", "a b", "b", "c d", "c", "e a"),
                        spec(2, 10, open("input_ids"), open("attention_mask")));
        assertThat(feeds).extracting(Feed::rows).containsExactlyInAnyOrder(2, 1, 2, 1);
        for (Feed feed : feeds) {
            assertThat(longs(feed, "attention_mask")).containsOnly(1);
            long[] ids = longs(feed, "input_ids");
            int length = ids.length / feed.rows();
            for (int row = 0; row < feed.rows(); row++) {
                long[] expected = {10, 10, 11, 12, 12, 14};
                assertThat(ids[row * length + 1]).isEqualTo(expected[(int) feed.sample(row)]);
                assertThat(length).isEqualTo(feed.sample(row) % 2 == 0 ? 3 : 4);
            }
        }
    }

    @Test
    void samplesCountInTheOrderOfTheFile() throws IOException {
        String[] lines = new String[3000];
        Random random = new Random(7);
        for (int i = 0; i < lines.length; i++) {
            lines[i] = "a " + "b ".repeat(random.nextInt(20));
        }
        CalibrationData data = texts(lines);
        try (FeedStream stream = data.open(spec(16, 2500, open("input_ids")))) {
            assertThat(stream.rows()).hasValue(2500);
        }
        List<Feed> feeds = all(data, spec(16, 2500, open("input_ids")));
        List<Long> samples = new ArrayList<>();
        long first = 0;
        for (Feed feed : feeds) {
            assertThat(feed.firstRow()).isEqualTo(first);
            for (int row = 0; row < feed.rows(); row++) {
                samples.add(feed.sample(row));
                // Nothing is looked at further ahead than a window.
                assertThat(feed.sample(row) / 1024).isEqualTo(first / 1024);
            }
            first += feed.rows();
        }
        assertThat(samples)
                .containsExactlyInAnyOrderElementsOf(LongStream.range(0, 2500).boxed().toList());
        // Full batches but for one of each length and window.
        assertThat(feeds.size()).isLessThan(2500 / 16 + 3 * 20);
        assertThat(all(data, spec(16, 2500, open("input_ids"))))
                .extracting(Feed::order)
                .isEqualTo(feeds.stream().map(Feed::order).toList());
    }

    @Test
    void fixedLengthsAreFilledUpAndCut() throws IOException {
        Dimension five = new Dimension.Fixed(5);
        List<Feed> feeds =
                all(
                        texts("a b c d e", "a"),
                        spec(
                                4,
                                10,
                                input("input_ids", DataType.INT64, OPEN, five),
                                input("attention_mask", DataType.INT64, OPEN, five),
                                input("position_ids", DataType.INT64, OPEN, five)));
        assertThat(feeds).hasSize(1);
        assertThat(longs(feeds.get(0), "input_ids"))
                .containsExactly(2, 10, 11, 12, 3, 2, 10, 3, 9, 9);
        assertThat(longs(feeds.get(0), "attention_mask"))
                .containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 0, 0);
        assertThat(longs(feeds.get(0), "position_ids"))
                .containsExactly(0, 1, 2, 3, 4, 0, 1, 2, 3, 4);
        assertThat(feeds.get(0).sample(1)).isEqualTo(1);
    }

    @Test
    void fixedBatchesAreFilledUpToTheirLongest() throws IOException {
        Value ids = input("input_ids", DataType.INT64, new Dimension.Fixed(2), OPEN);
        List<Feed> feeds = all(texts("a", "a b", "a b c", "a b c", "a"), spec(4, 10, ids));
        assertThat(feeds).extracting(Feed::rows).containsExactly(2, 2);
        assertThat(longs(feeds.get(0), "input_ids")).containsExactly(2, 10, 3, 9, 2, 10, 11, 3);
        assertThat(feeds.get(1).tensors().get("input_ids").shape()).isEqualTo(Shape.of(2, 5));
    }

    @Test
    void theUsersLengthCounts() throws IOException {
        words = words.withMaxTokens(3);
        Tensor ids =
                all(texts("a b c"), spec(1, 1, open("input_ids")))
                        .get(0)
                        .tensors()
                        .get("input_ids");
        assertThat(ids.toLongs()).containsExactly(2, 10, 3);
    }

    @Test
    void inputsOfOtherKindsAreRefused() throws IOException {
        CalibrationData data = texts("a");
        FeedSpec pixels =
                spec(1, 1, open("input_ids"), input("pixels", DataType.FLOAT, OPEN, OPEN));
        assertThatThrownBy(() -> data.open(pixels))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("input pixels: texts do not feed this input")
                .hasMessageContaining("x.txt");
        FeedSpec mask = spec(1, 1, open("attention_mask"));
        assertThatThrownBy(() -> data.open(mask)).hasMessageContaining("no input takes the tokens");
        FeedSpec flat = spec(1, 1, input("input_ids", DataType.INT64, OPEN));
        assertThatThrownBy(() -> data.open(flat)).hasMessageContaining("rows and tokens");
        FeedSpec two =
                spec(
                        1,
                        1,
                        input("input_ids", DataType.INT64, OPEN, new Dimension.Fixed(5)),
                        input("attention_mask", DataType.INT64, OPEN, new Dimension.Fixed(6)));
        assertThatThrownBy(() -> data.open(two))
                .hasMessageContaining("different numbers of tokens");
    }

    @Test
    void noTextsAreRefused() throws IOException {
        CalibrationData data = texts();
        assertThatThrownBy(() -> all(data, spec(1, 1, open("input_ids"))))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("there is no calibration data");
    }

    @Test
    void aMissingTokenizerIsRefused() throws IOException {
        words = TextPreprocessing.of(folder.resolve("none.json"));
        CalibrationData data = texts("a");
        assertThatThrownBy(() -> data.open(spec(1, 1, open("input_ids"))))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("none.json: there is no tokenizer");
    }

    @Test
    void textsWithoutATokenizerAreRefusedWithTheWayOut() throws IOException {
        Path file = Files.writeString(folder.resolve("y.txt"), "a\n");
        assertThatThrownBy(() -> CalibrationData.ofPath(file).open(spec(1, 1, open("input_ids"))))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("--tokenizer");
    }
}
