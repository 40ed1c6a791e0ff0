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
package io.github.djlquant.cli.cross;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphChecker;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.graph.Value;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.pytorch.PyTorchBackend;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** An archive of the corpus in both engines. */
final class CrossedArchive {

    private static final Path CORPUS =
            Path.of("..", "quant-pytorch", "src", "test", "resources")
                    .resolve("io/github/djlquant/pytorch/corpus");

    private CrossedArchive() {}

    static List<String> names() {
        try (Stream<Path> files = Files.list(CORPUS)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".pt"))
                    .map(file -> file.substring(0, file.length() - 3))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static Graph read(String name) {
        return new PyTorchBackend().read(CORPUS.resolve(name + ".pt"));
    }

    /** Asserts that ONNX Runtime computes of a graph what libtorch computes of its source. */
    static void assertSame(Graph source, Graph crossed, String name, double tolerance) {
        assertThat(GraphChecker.problems(crossed, name)).isEmpty();
        assertThat(names(crossed.outputs())).isEqualTo(names(source.outputs()));
        assertThat(names(crossed.inputs())).isEqualTo(names(source.inputs()));
        Map<String, Tensor> feeds = feeds(source, name);
        try (GraphRunner libtorch = new PyTorchBackend().open(source, RunOptions.DEFAULT);
                GraphRunner runtime = new OnnxBackend().open(crossed, RunOptions.DEFAULT)) {
            Map<String, Tensor> expected = libtorch.run(feeds);
            Set<String> read = Set.copyOf(names(crossed.inputs()));
            Map<String, Tensor> fed = new LinkedHashMap<>(feeds);
            fed.keySet().retainAll(read);
            Map<String, Tensor> actual = runtime.run(fed);
            assertThat(actual).containsOnlyKeys(expected.keySet());
            expected.forEach(
                    (output, tensor) -> assertClose(output, actual.get(output), tensor, tolerance));
        }
    }

    private static List<String> names(List<Value> values) {
        return values.stream().map(Value::name).toList();
    }

    static void assertClose(String name, Tensor actual, Tensor expected, double tolerance) {
        assertThat(actual.toString()).as(name).isEqualTo(expected.toString());
        double[] wanted = doubles(expected);
        double[] found = doubles(actual);
        for (int i = 0; i < wanted.length; i++) {
            if (Double.isFinite(wanted[i])) {
                assertThat(Math.abs(found[i] - wanted[i]))
                        .as("%s[%d]: %s for %s", name, i, found[i], wanted[i])
                        .isLessThanOrEqualTo(tolerance * Math.max(1, Math.abs(wanted[i])));
            } else {
                assertThat(found[i]).as(name).isEqualTo(wanted[i]);
            }
        }
    }

    private static double[] doubles(Tensor tensor) {
        double[] values = new double[Math.toIntExact(tensor.elementCount())];
        tensor.forEach((index, value) -> values[(int) index] = value);
        return values;
    }

    private static Map<String, Tensor> feeds(Graph source, String name) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                InputStream npz = Files.newInputStream(CORPUS.resolve(name + ".npz"))) {
            Map<String, Tensor> feeds = new LinkedHashMap<>();
            for (NDArray array : NDList.decode(manager, npz)) {
                if (array.getName().startsWith("input.")) {
                    int place = Integer.parseInt(array.getName().substring("input.".length()));
                    feeds.put(source.inputs().get(place).name(), tensor(array));
                }
            }
            return feeds;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Tensor tensor(NDArray array) {
        DataType type =
                switch (array.getDataType()) {
                    case FLOAT32 -> DataType.FLOAT;
                    case FLOAT64 -> DataType.DOUBLE;
                    case INT64 -> DataType.INT64;
                    case INT32 -> DataType.INT32;
                    case BOOLEAN -> DataType.BOOL;
                    default -> throw new IllegalArgumentException(array.getDataType().name());
                };
        return new Tensor(
                type,
                Shape.of(array.getShape().getShape()),
                TensorStorage.of(java.nio.ByteBuffer.wrap(array.toByteArray())));
    }
}
