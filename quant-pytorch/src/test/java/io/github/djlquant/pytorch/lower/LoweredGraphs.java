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
package io.github.djlquant.pytorch.lower;

import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.write.LoadedArchive;
import io.github.djlquant.pytorch.write.TorchScriptWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Runs a graph in QDQ form twice: with libtorch's kernels, and on floats as it is drawn. */
final class LoweredGraphs {

    static final Target HERE = new Target("here", null, false, "2.7.1");

    private LoweredGraphs() {}

    /** What a graph yields with kernels and without. */
    record Pair(float[] kernels, float[] floats) {

        /** Returns the largest difference. */
        float distance() {
            float largest = 0;
            for (int i = 0; i < kernels.length; i++) {
                largest = Math.max(largest, Math.abs(kernels[i] - floats[i]));
            }
            return kernels.length == floats.length ? largest : Float.NaN;
        }

        /** Returns the largest number. */
        float peak() {
            float largest = 0;
            for (float value : floats) {
                largest = Math.max(largest, Math.abs(value));
            }
            return largest;
        }
    }

    static List<float[]> all(Graph graph, Tensor... inputs) {
        return output(LowerQuantized.lower(graph, HERE), inputs);
    }

    static float[] kernels(Graph graph, Tensor... inputs) {
        return output(LowerQuantized.lower(graph, HERE), inputs).get(0);
    }

    static Pair run(Graph graph, Tensor... inputs) {
        return new Pair(
                kernels(graph, inputs),
                output(
                                LowerRest.lower(
                                        FollowIntegers.apply(graph, ContributedKernels.NONE)),
                                inputs)
                        .get(0));
    }

    private static List<float[]> output(Graph lowered, Tensor... inputs) {
        Path file = null;
        try {
            file = Files.createTempFile("lowered", ".pt");
            TorchScriptWriter.write(lowered, HERE, file);
            try (LoadedArchive loaded = new LoadedArchive(file)) {
                return loaded.run(inputs);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            delete(file);
        }
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Tensor random(Random random, float spread, long... sizes) {
        int count = 1;
        for (long size : sizes) {
            count *= (int) size;
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * spread);
        }
        return Tensor.ofFloats(values, sizes);
    }

    static Tensor integers(
            Random random,
            io.github.djlquant.graph.DataType type,
            int low,
            int high,
            long... sizes) {
        int count = 1;
        for (long size : sizes) {
            count *= (int) size;
        }
        return Tensor.ofInts(type, random.ints(count, low, high + 1).toArray(), sizes);
    }

    /** The operators of the lowered graph, but for those that pack. */
    static List<String> operators(Graph graph) {
        return LowerQuantized.lower(graph, LoweredGraphs.HERE).nodes().stream()
                .map(Node::op)
                .map(OpType::toString)
                .filter(op -> !op.endsWith("prepack"))
                .toList();
    }
}
