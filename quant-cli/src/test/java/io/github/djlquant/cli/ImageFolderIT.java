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
package io.github.djlquant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.cli.demo.ShapeImages;
import io.github.djlquant.cli.demo.ShapesModel;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.EvaluationJson;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.evaluate.Metric;
import io.github.djlquant.evaluate.ModelEvaluator;
import io.github.djlquant.evaluate.PairedBatch;
import io.github.djlquant.evaluate.Slice;
import io.github.djlquant.evaluate.Slices;
import io.github.djlquant.evaluate.Slicing;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images come shuffled; what is known of each of them must follow it. */
class ImageFolderIT {

    private static final int IMAGES = 80;

    @TempDir private Path folder;
    private Path source;
    private Path images;
    private Path labels;

    @BeforeEach
    void render() throws IOException {
        source = ShippedModel.in(folder);
        images = folder.resolve("images");
        labels = RenderedData.writeLabelledImages(images, folder.resolve("labels.txt"), IMAGES);
    }

    @Test
    void slicesOfAColumnAreThoseOfTheImagesBesideIt() throws IOException {
        List<String> rows = new ArrayList<>(List.of("image,kind"));
        List<String> right = Files.readAllLines(labels);
        for (int i = 0; i < IMAGES; i++) {
            rows.add(String.format(Locale.ROOT, "%04d.png,%s", i, right.get(i)));
        }
        // Rows are found by the images' names, whatever their order.
        Collections.shuffle(rows.subList(1, rows.size()), new Random(7));
        Path column = Files.write(folder.resolve("meta.csv"), rows);
        Evaluation evaluation = evaluate("--labels", labels, "--slices", column + ":kind");
        assertThat(evaluation.metrics().get(0).source()).isGreaterThan(0.8);
        Map<String, Slice> byLabel = slices(evaluation, 0);
        Map<String, Slice> byColumn = slices(evaluation, 1);
        assertThat(evaluation.slices().get(1).by()).isEqualTo("kind");
        assertThat(byColumn.keySet()).isEqualTo(byLabel.keySet()).hasSizeGreaterThan(3);
        byColumn.forEach(
                (name, slice) -> {
                    assertThat(slice.samples()).isEqualTo(byLabel.get(name).samples());
                    assertThat(slice.source()).isEqualTo(byLabel.get(name).source());
                    assertThat(slice.quantized()).isEqualTo(byLabel.get(name).quantized());
                });
    }

    private static Map<String, Slice> slices(Evaluation evaluation, int criterion) {
        return evaluation.slices().get(criterion).slices().stream()
                .collect(Collectors.toMap(Slice::name, Function.identity()));
    }

    private Evaluation evaluate(Object... more) {
        return evaluate(source, more);
    }

    private Evaluation evaluate(Path model, Object... more) {
        Path kept = folder.resolve("evaluation.json");
        List<Object> arguments =
                new ArrayList<>(
                        List.of("evaluate", model, model, "--data", images, "--report", kept));
        arguments.addAll(List.of("--mean", "0.5", "--std", "0.5"));
        arguments.addAll(List.of(more));
        CommandRun run = CommandRun.of(arguments.toArray());
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        return EvaluationJson.read(kept);
    }

    @Test
    void targetsAreThoseOfTheImagesBesideThem() throws IOException {
        Graph mean =
                GraphBuilder.onnx(17)
                        .input("image", -1, 3, 32, 32)
                        .node("ReduceMean", "mean", "image")
                        .with("axes", 1, 2, 3)
                        .node("Flatten", "y", "mean")
                        .output("y")
                        .build();
        OnnxBackend backend = new OnnxBackend();
        Path model = folder.resolve("brightness.onnx");
        backend.write(mean, backend.target(Target.Name.ANY), model);
        List<String> right = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            double sum = 0;
            byte[] rgb = ShapeImages.render(ShapeImages.TEST_SEED, i).rgb();
            for (byte part : rgb) {
                sum += Byte.toUnsignedInt(part);
            }
            right.add(Double.toString(sum / rgb.length / 127.5 - 1));
        }
        Path targets = Files.write(folder.resolve("targets.txt"), right);
        assertThat(evaluate(model, "--targets", targets).metrics())
                .filteredOn(metric -> !metric.name().contains("error"))
                .hasSize(2)
                .extracting(Metric::source)
                .allSatisfy(r -> assertThat(r).isGreaterThan(0.999));
    }

    /** Labels that name their images may come in any order; others have to be complete. */
    @Test
    void labelsAreThoseOfTheImagesTheyName() throws IOException {
        List<String> right = Files.readAllLines(labels);
        List<String> named = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            named.add(String.format(Locale.ROOT, "%04d.png %s", i, right.get(i)));
        }
        Collections.shuffle(named, new Random(8));
        Path file = Files.write(folder.resolve("named.txt"), named);
        double accuracy = evaluate("--labels", labels).metrics().get(0).source();
        assertThat(evaluate("--force", "--labels", file).metrics().get(0).source())
                .isEqualTo(accuracy)
                .isGreaterThan(0.8);

        Path few = Files.write(folder.resolve("short.txt"), right.subList(0, IMAGES - 1));
        CommandRun refused =
                CommandRun.of("compare", source, source, "--data", images, "--labels", few);
        assertThat(refused.code()).isEqualTo(4);
        assertThat(refused.err())
                .contains(
                        "short.txt",
                        "not as many labels as images",
                        "expected 80 labels",
                        "found 79");
    }

    /** The dataset is shuffled anew each time that it is read. */
    @Test
    void labelsOfADatasetFollowItsRows() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            float[] pixels = new float[IMAGES * 3 * 32 * 32];
            int[] classes = new int[IMAGES];
            for (int i = 0; i < IMAGES; i++) {
                ShapeImages.Sample sample = ShapeImages.render(ShapeImages.TEST_SEED, i);
                ShapesModel.normalize(sample.rgb(), pixels, i);
                classes[i] = sample.label();
            }
            NDArray rows = manager.create(pixels, new Shape(IMAGES, 3, 32, 32));
            CalibrationData data =
                    CalibrationData.ofDataset(
                            new ArrayDataset.Builder()
                                    .setData(rows)
                                    .optLabels(manager.create(classes))
                                    .setSampling(16, true)
                                    .build());
            Path quantized = folder.resolve("int8.onnx");
            Evaluation verified =
                    Quantizer.builder()
                            .optRecipe(Recipe.staticInt8())
                            .optCalibration(data)
                            .optLabels(Labels.ofData())
                            .optLatency(false)
                            .build()
                            .quantize(source, quantized)
                            .evaluation();
            assertThat(verified.accuracy().orElseThrow().source()).isGreaterThan(0.8);
            Evaluation evaluation =
                    ModelEvaluator.builder()
                            .setModels(source, quantized)
                            .setData(data)
                            .optLabels(Labels.ofData())
                            .optSlices(
                                    Slicing.byNumber("red", ImageFolderIT::red),
                                    Slicing.byFunction(
                                            "parity",
                                            (batch, row) ->
                                                    batch.sample(row) % 2 == 0 ? "even" : "odd"))
                            .build()
                            .evaluate();
            assertThat(evaluation.metrics().get(0).source())
                    .isEqualTo(verified.accuracy().orElseThrow().source());
            assertThat(evaluation.slices())
                    .extracting(Slices::by)
                    .containsExactly("label", "red", "parity", "brightness", "contrast");
            Slices red = evaluation.slices().get(1);
            assertThat(red.kind()).isEqualTo(Slices.Kind.INPUT_PROPERTY);
            assertThat(red.slices().stream().mapToLong(Slice::samples).sum()).isEqualTo(IMAGES);
            assertThat(slices(evaluation, 2)).containsOnlyKeys("even", "odd");
            assertThat(slices(evaluation, 2).get("odd").samples()).isEqualTo(IMAGES / 2);
        }
    }

    /** The mean of an image's first plane. */
    private static double red(PairedBatch batch, int row) {
        PairedBatch.Rows images = batch.firstInput();
        int plane = images.width() / 3;
        double sum = 0;
        for (int i = 0; i < plane; i++) {
            sum += images.values()[row * images.width() + i];
        }
        return sum / plane;
    }
}
