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
package io.github.djlquant.benchmarks;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.translate.QuantizationTranslator;
import io.github.djlquant.translate.QuantizationTranslatorFactory;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the Criteria option costs beside stock DJL with the bare artifact: per call on a network
 * that computes next to nothing, and per load of one with 64 MB of float weights. Start with {@code
 * java -cp ... org.openjdk.jmh.Main CriteriaCost}.
 */
@BenchmarkMode(Mode.AverageTime)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class CriteriaCost {

    private static final String ENGINE = "OnnxRuntime";

    /** Creates the benchmark; JMH does. */
    public CriteriaCost() {}

    private static Path model(int layers, int size) throws Exception {
        Backend backend = Backends.forEngine(ENGINE);
        Path file = Files.createTempDirectory("criteria-cost").resolve("network.onnx");
        Random random = new Random(1);
        Map<String, Tensor> constants = new LinkedHashMap<>();
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            float[] weights = new float[size * size];
            for (int j = 0; j < weights.length; j++) {
                weights[j] = (float) random.nextGaussian() / size;
            }
            constants.put("w" + i, Tensor.ofFloats(weights, size, size));
            nodes.add(
                    new Node(
                            "product" + i,
                            OpType.onnx("MatMul"),
                            List.of("y" + i, "w" + i),
                            List.of("y" + (i + 1)),
                            Map.of()));
        }
        List<Dimension> row = List.of(new Dimension.Symbolic("batch"), new Dimension.Fixed(size));
        Graph graph =
                new Graph(
                        "network",
                        List.of(
                                new Value(
                                        "y0",
                                        new ValueType.TensorType(
                                                DataType.FLOAT,
                                                new io.github.djlquant.graph.Shape(row)))),
                        List.of(
                                new Value(
                                        "y" + layers,
                                        new ValueType.TensorType(DataType.FLOAT, null))),
                        nodes,
                        constants,
                        Map.of(),
                        Map.of(OpType.ONNX, 17L),
                        Map.of(),
                        Map.of());
        backend.write(graph, backend.target(Target.Name.ANY), file);
        return file;
    }

    private static Criteria.Builder<float[], float[]> criteria(Path model) {
        return Criteria.builder()
                .setTypes(float[].class, float[].class)
                .optModelPath(model)
                .optEngine(ENGINE);
    }

    private static QuantizationTranslatorFactory factory(Recipe recipe) {
        return QuantizationTranslatorFactory.builder()
                .setRecipe(recipe)
                .optTranslator(new Rows())
                .build();
    }

    private static Path artifact(Path model, Recipe recipe) throws Exception {
        try (ZooModel<float[], float[]> made =
                criteria(model).optTranslatorFactory(factory(recipe)).build().loadModel()) {
            return Path.of(made.getProperty("djl-quant.artifact"));
        }
    }

    /** Pixels in, scores out. */
    private static final class Rows implements NoBatchifyTranslator<float[], float[]> {
        @Override
        public NDList processInput(TranslatorContext context, float[] row) {
            return new NDList(
                    context.getNDManager().create(FloatBuffer.wrap(row), new Shape(1, row.length)));
        }

        @Override
        public float[] processOutput(TranslatorContext context, NDList outputs) {
            return outputs.singletonOrThrow().toFloatArray();
        }
    }

    /** The same artifact, loaded in three ways. */
    @State(Scope.Benchmark)
    public static class Loaded {
        private static final int SIZE = 16;
        private final float[] row = new float[SIZE];
        private final List<ZooModel<float[], float[]>> models = new ArrayList<>();
        private final List<Predictor<float[], float[]>> predictors = new ArrayList<>();

        /** Creates the state; JMH does. */
        public Loaded() {}

        /**
         * Loads.
         *
         * @throws Exception if it fails
         */
        @Setup
        public void load() throws Exception {
            Path model = model(1, SIZE);
            Path artifact = artifact(model, Recipe.optimize());
            add(criteria(artifact).optTranslator(new Rows()));
            add(criteria(model).optTranslatorFactory(factory(Recipe.optimize())));
            add(
                    criteria(model)
                            .optTranslator(
                                    new QuantizationTranslator<>(
                                            new Rows(), Recipe.optimize(), null)));
        }

        private void add(Criteria.Builder<float[], float[]> criteria) throws Exception {
            models.add(criteria.build().loadModel());
            predictors.add(models.get(models.size() - 1).newPredictor());
        }

        /** Closes. */
        @TearDown
        public void close() {
            predictors.forEach(Predictor::close);
            models.forEach(ZooModel::close);
        }

        private float[] predict(int which) throws Exception {
            return predictors.get(which).predict(row);
        }
    }

    /**
     * One call of the bare artifact in stock DJL.
     *
     * @param loaded the models
     * @return the answer
     * @throws Exception if it fails
     */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    public float[] callBare(Loaded loaded) throws Exception {
        return loaded.predict(0);
    }

    /**
     * One call where the factory has replaced the block.
     *
     * @param loaded the models
     * @return the answer
     * @throws Exception if it fails
     */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    public float[] callReplaced(Loaded loaded) throws Exception {
        return loaded.predict(1);
    }

    /**
     * One call of the wrapping form.
     *
     * @param loaded the models
     * @return the answer
     * @throws Exception if it fails
     */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    public float[] callWrapped(Loaded loaded) throws Exception {
        return loaded.predict(2);
    }

    /** A model of some size, and its int8 form in the cache. */
    @State(Scope.Benchmark)
    public static class Cached {
        private Path model;
        private Path artifact;

        /** Creates the state; JMH does. */
        public Cached() {}

        /**
         * Fills the cache.
         *
         * @throws Exception if it fails
         */
        @Setup
        public void quantize() throws Exception {
            model = model(4, 2048);
            artifact = artifact(model, Recipe.dynamicInt8());
        }
    }

    /**
     * Loads the float model in stock DJL.
     *
     * @param cached the files
     * @throws Exception if it fails
     */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public void loadFloat(Cached cached) throws Exception {
        criteria(cached.model).optTranslator(new Rows()).build().loadModel().close();
    }

    /**
     * Loads the bare int8 artifact in stock DJL.
     *
     * @param cached the files
     * @throws Exception if it fails
     */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public void loadInt8(Cached cached) throws Exception {
        criteria(cached.artifact).optTranslator(new Rows()).build().loadModel().close();
    }

    /**
     * Loads through the option, from the cache: DJL loads the float model first.
     *
     * @param cached the files
     * @throws Exception if it fails
     */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public void loadThroughTheCache(Cached cached) throws Exception {
        criteria(cached.model)
                .optTranslatorFactory(factory(Recipe.dynamicInt8()))
                .build()
                .loadModel()
                .close();
    }
}
