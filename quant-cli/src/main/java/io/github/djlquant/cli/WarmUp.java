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

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.npz.NpzWriter;
import io.github.djlquant.cli.demo.ShapeImages;
import io.github.djlquant.cli.demo.ShapesModel;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Quantizes the shipped model with and without data, as ONNX and as TorchScript, and inspects the
 * results, so that the JVM gets to know the classes that these commands load: {@code WarmUp
 * FOLDER}. The launcher keeps them, in the JVM's own form, for all later starts.
 */
public final class WarmUp {

    private static final int IMAGES = 32;

    private static final int WIDTH = 512;

    private WarmUp() {}

    /**
     * Runs the commands.
     *
     * @param args an empty folder, for files that nobody needs afterwards
     * @throws IOException if the model or its data can't be written there
     */
    public static void main(String[] args) throws IOException {
        System.exit(run(Path.of(args[0])));
    }

    /**
     * Runs the commands inside this process.
     *
     * @param folder an empty folder
     * @return the exit code of the first command that fails, 0 if none does
     */
    static int run(Path folder) throws IOException {
        String model = ShapesModel.copyTo(folder).toString();
        String data = images(folder.resolve("images.npz")).toString();
        String quantized = folder.resolve("quantized.onnx").toString();
        String product = product(folder.resolve("product.onnx"));
        String torch = folder.resolve("torch.pt").toString();
        String archive = folder.resolve("quantized.pt").toString();
        String[][] commands = {
            {"quantize", model, "-o", quantized, "--calibrate", data},
            {"inspect", quantized},
            {"quantize", product, "-o", quantized, "--force"},
            // Last: where libtorch has no natives, the rest is kept all the same.
            {"quantize", model, "-o", torch, "--recipe", "optimize"},
            {"quantize", torch, "-o", archive, "--calibrate", data},
            {"inspect", archive},
            {"quantize", product, "-o", archive, "--force"}
        };
        for (String[] command : commands) {
            int code = Main.run(command);
            if (code != 0) {
                return code;
            }
        }
        return 0;
    }

    /** A model of the kind that is quantized without data. */
    private static String product(Path file) {
        float[] weights = new float[WIDTH * WIDTH];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (i * 31 % 257 - 128) / 1024f;
        }
        Shape rows = Shape.of(1, WIDTH);
        Backend backend = Backends.forEngine("OnnxRuntime");
        Graph graph =
                new Graph(
                        "product",
                        List.of(new Value("x", new TensorType(DataType.FLOAT, rows))),
                        List.of(new Value("y", new TensorType(DataType.FLOAT, rows))),
                        List.of(
                                new Node(
                                        "y",
                                        OpType.onnx("MatMul"),
                                        List.of("x", "w"),
                                        List.of("y"),
                                        Map.of())),
                        Map.of("w", Tensor.ofFloats(weights, WIDTH, WIDTH)),
                        Map.of(),
                        Map.of(OpType.ONNX, 17L),
                        Map.of(),
                        Map.of());
        backend.write(graph, backend.target(Target.Name.ANY), file);
        return file.toString();
    }

    private static Path images(Path file) {
        float[] values = new float[IMAGES * 3 * ShapeImages.SIZE * ShapeImages.SIZE];
        for (int row = 0; row < IMAGES; row++) {
            byte[] rgb = ShapeImages.render(ShapeImages.CALIBRATION_SEED, row).rgb();
            ShapesModel.normalize(rgb, values, row);
        }
        Tensor images = Tensor.ofFloats(values, IMAGES, 3, ShapeImages.SIZE, ShapeImages.SIZE);
        NpzWriter.write(file, Map.of(ShapesModel.INPUT, images));
        return file;
    }
}
