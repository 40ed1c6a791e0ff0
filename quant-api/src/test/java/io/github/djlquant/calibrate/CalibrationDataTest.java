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
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.calibrate.npz.NpzWriter;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalibrationDataTest {

    private static final Dimension BATCH = new Dimension.Symbolic("batch");

    @TempDir private Path folder;

    static Value input(String name, DataType type, long... rest) {
        List<Dimension> dimensions = new ArrayList<>(List.of(BATCH));
        for (long size : rest) {
            dimensions.add(size < 0 ? Dimension.UNKNOWN : new Dimension.Fixed(size));
        }
        return new Value(name, new ValueType.TensorType(type, new Shape(dimensions)));
    }

    static FeedSpec spec(int batch, Value... inputs) {
        return new FeedSpec(List.of(inputs), batch, Long.MAX_VALUE);
    }

    static List<Feed> all(CalibrationData data, FeedSpec spec) {
        List<Feed> feeds = new ArrayList<>();
        try (FeedStream stream = data.open(spec)) {
            stream.forEachRemaining(feeds::add);
        }
        return feeds;
    }

    private static Tensor ramp(int from, int rows, int columns) {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = from * columns + i;
        }
        return Tensor.ofFloats(values, rows, columns);
    }

    @Test
    void npzFileComesInBatches() {
        NpzWriter.write(folder.resolve("x.npz"), Map.of("x", ramp(0, 10, 3)));
        CalibrationData data = CalibrationData.ofPath(folder.resolve("x.npz"));
        List<Feed> feeds = all(data, spec(4, input("x", DataType.FLOAT, 3)));
        assertThat(feeds).extracting(Feed::rows).containsExactly(4, 4, 2);
        assertThat(feeds).extracting(Feed::firstRow).containsExactly(0L, 4L, 8L);
        assertThat(feeds.get(2).tensors().get("x").toFloats()).isEqualTo(ramp(8, 2, 3).toFloats());
        try (FeedStream stream = data.open(spec(4, input("x", DataType.FLOAT, 3)))) {
            assertThat(stream.rows()).isEqualTo(OptionalLong.of(10));
        }
    }

    /** Such images are the usual mistake; others are told what holds of all data. */
    @ParameterizedTest
    @CsvSource({
        "3, 8, 9,  8, 9, 3,  'x.transpose(0, 3, 1, 2)'",
        "8, 9, 3,  3, 8, 9,  'x.transpose(0, 2, 3, 1)'",
        "3, 8, 9,  8, 3, 9,  rows first"
    })
    void transposedImagesAreToldSo(
            long wanted1, long wanted2, long wanted3, long a, long b, long c, String advice) {
        Tensor images = Tensor.ofFloats(new float[(int) (2 * a * b * c)], 2, a, b, c);
        NpzWriter.write(folder.resolve("x.npz"), Map.of("x", images));
        CalibrationData data = CalibrationData.ofPath(folder.resolve("x.npz"));
        FeedSpec spec = spec(4, input("x", DataType.FLOAT, wanted1, wanted2, wanted3));
        assertThatThrownBy(() -> all(data, spec))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("another shape than the graph's input")
                .hasMessageContaining(advice);
    }

    @Test
    void folderOfNpzFilesIsReadInOrder() {
        NpzWriter.write(folder.resolve("b.npz"), Map.of("x", ramp(5, 3, 3)));
        NpzWriter.write(folder.resolve("a.npz"), Map.of("x", ramp(0, 5, 3)));
        List<Feed> feeds =
                all(CalibrationData.ofPath(folder), spec(4, input("x", DataType.FLOAT, 3)));
        assertThat(feeds).extracting(Feed::rows).containsExactly(4, 1, 3);
        assertThat(feeds.get(2).tensors().get("x").toFloats()[0]).isEqualTo(15);
        assertThat(feeds.get(2).firstRow()).isEqualTo(5);
    }

    @Test
    void positionalArraysBelongToTheInputsInOrder() {
        List<Feed> feeds =
                all(
                        CalibrationData.ofPath(Path.of("src/test/resources/npz/positional.npz")),
                        spec(
                                8,
                                input("image", DataType.FLOAT, 3, 2),
                                input("ids", DataType.INT64, 2)));
        assertThat(feeds).hasSize(1);
        assertThat(feeds.get(0).tensors().keySet()).containsExactly("image", "ids");
    }

    @Test
    void wrongNamesNameTheFile() {
        Path file = folder.resolve("wrong.npz");
        NpzWriter.write(file, Map.of("y", ramp(0, 2, 3)));
        assertThatThrownBy(
                        () ->
                                all(
                                        CalibrationData.ofPath(file),
                                        spec(4, input("x", DataType.FLOAT, 3))))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("expected [x], found [y]");
    }

    @Test
    void aSingleArrayIsForASingleInputWhoseNameNobodyKnows() {
        Path file = folder.resolve("one.npz");
        NpzWriter.write(file, Map.of("y", ramp(0, 2, 3)));
        CalibrationData data = CalibrationData.ofPath(file);
        assertThat(all(data, FeedSpec.of(graph(OpType.ATEN, "x.1"), 4, 10)))
                .singleElement()
                .satisfies(feed -> assertThat(feed.tensors()).containsOnlyKeys("x.1"));
        assertThatThrownBy(() -> all(data, FeedSpec.of(graph(OpType.ONNX, "x.1"), 4, 10)))
                .as("names of ONNX are the exporter's own")
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("expected [x.1], found [y]");
    }

    @Test
    void severalInputsNeedNamesOrPositionsEvenThen() {
        Path named = folder.resolve("named.npz");
        NpzWriter.write(named, Map.of("a", ramp(0, 2, 3), "y", ramp(0, 2, 3)));
        Path placed = folder.resolve("placed.npz");
        NpzWriter.write(placed, Map.of("arr_0", ramp(0, 2, 3), "arr_1", ramp(6, 2, 3)));
        FeedSpec spec = FeedSpec.of(graph(OpType.ATEN, "a", "b"), 4, 10);
        assertThatThrownBy(() -> all(CalibrationData.ofPath(named), spec))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("expected [a, b], found [a, y]");
        assertThat(all(CalibrationData.ofPath(placed), spec))
                .singleElement()
                .satisfies(
                        feed ->
                                assertThat(feed.tensors().get("b").toFloats()[0])
                                        .as("the second one")
                                        .isEqualTo(18f));
        Path two = folder.resolve("two.npz");
        NpzWriter.write(two, Map.of("y", ramp(0, 2, 3), "z", ramp(0, 2, 3)));
        assertThatThrownBy(
                        () ->
                                all(
                                        CalibrationData.ofPath(two),
                                        FeedSpec.of(graph(OpType.ATEN, "x.1"), 4, 10)))
                .as("which of the two arrays is meant")
                .isInstanceOf(CalibrationException.class);
    }

    private static Graph graph(String dialect, String... inputs) {
        return new Graph(
                "",
                Stream.of(inputs).map(name -> input(name, DataType.FLOAT, 3)).toList(),
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                Map.of(dialect, 10L),
                Map.of(),
                Map.of());
    }

    @Test
    void numberTypesAreWidenedAndNarrowedWhereNothingIsLost() {
        Tensor doubles =
                new Tensor(
                        DataType.DOUBLE,
                        Shape.of(1, 2),
                        io.github.djlquant.graph.TensorStorage.of(
                                java.nio.ByteBuffer.allocate(16)
                                        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                                        .putDouble(0.5)
                                        .putDouble(-3)
                                        .flip()));
        Feed feed =
                all(
                                CalibrationData.ofFeeds(
                                        List.of(
                                                Map.of(
                                                        "x",
                                                        doubles,
                                                        "i",
                                                        Tensor.ofInts(
                                                                DataType.INT32, new int[] {-5}, 1),
                                                        "j",
                                                        Tensor.ofLongs(new long[] {-7}, 1)))),
                                spec(
                                        4,
                                        input("x", DataType.FLOAT, 2),
                                        input("i", DataType.INT64),
                                        input("j", DataType.INT32)))
                        .get(0);
        assertThat(feed.tensors().get("x").toFloats()).containsExactly(0.5f, -3);
        assertThat(feed.tensors().get("i").toLongs()).containsExactly(-5);
        assertThat(feed.tensors().get("j").toInts()).containsExactly(-7);
        assertThatThrownBy(
                        () ->
                                all(
                                        CalibrationData.ofFeeds(
                                                List.of(
                                                        Map.of(
                                                                "j",
                                                                Tensor.ofLongs(
                                                                        new long[] {1L << 40},
                                                                        1)))),
                                        spec(4, input("j", DataType.INT32))))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("does not fit");
    }

    @Test
    void inputsOfATranslatorNeedIt() {
        assertThatThrownBy(
                        () ->
                                all(
                                        CalibrationData.ofInputs(List.of("a text")),
                                        spec(1, input("ids", DataType.INT64, -1))))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("QuantizationTranslatorFactory");
    }

    @Test
    void pathsWithoutDataAreNamed() throws IOException {
        FeedSpec spec = spec(1, input("x", DataType.FLOAT, 3, 4, 4));
        assertThatThrownBy(() -> all(CalibrationData.ofPath(folder), spec))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("a folder with neither");
        assertThatThrownBy(() -> all(CalibrationData.ofPath(folder.resolve("missing")), spec))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("found nothing");
        Path other = Files.writeString(folder.resolve("notes.txt"), "text");
        assertThatThrownBy(() -> all(CalibrationData.ofPath(other), spec))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("another file");
        ImageIO.write(
                new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB),
                "png",
                folder.resolve("a.png").toFile());
        NpzWriter.write(folder.resolve("b.npz"), Map.of("x", ramp(0, 1, 3)));
        assertThatThrownBy(() -> all(CalibrationData.ofPath(folder), spec))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("1 .npz files and 1 images");
    }

    @ParameterizedTest
    @CsvSource({
        "3, 32, 32, 16",
        "3, 224, 224, 1",
        "3, 96, 96, 3",
        "-1, -1, -1, 16",
        "3, 9000000, 9000000, 1"
    })
    void takesFewerRowsWhereTheyAreLarge(long channels, long height, long width, int rows) {
        Value images = input("images", DataType.FLOAT, channels, height, width);
        Value scale = input("scale", DataType.FLOAT, 2);
        assertThat(FeedSpec.rowsPerBatch(taking(scale, images))).isEqualTo(rows);
    }

    @Test
    void namesTheFileOfAnInputThatCannotBeFed() {
        Graph graph = taking(input("images", DataType.FLOAT, 3, 9000000, 9000000));

        assertThatThrownBy(() -> FeedSpec.of(Path.of("net.onnx"), graph, 1, 1))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageStartingWith("net.onnx: input images: an input of this shape");
        assertThatThrownBy(() -> FeedSpec.of(graph, 1, 1))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageStartingWith("input images: an input of this shape");
    }

    private static Graph taking(Value... inputs) {
        return new Graph(
                "sizes",
                List.of(inputs),
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }
}
