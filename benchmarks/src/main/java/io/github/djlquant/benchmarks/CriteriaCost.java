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

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.trace.BlockExport;
import io.github.djlquant.translate.QuantizationTranslator;
import io.github.djlquant.translate.QuantizationTranslatorFactory;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
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

    /** Creates the benchmark; JMH does. */
    public CriteriaCost() {}

    /** What a criteria loads. */
    public enum Kind {
        /** An ONNX file. */
        ONNX("OnnxRuntime", ".onnx"),

        /** A TorchScript file. */
        TORCH_SCRIPT("PyTorch", ".pt"),

        /** A Block with its parameters, which becomes a TorchScript file. */
        BLOCK("PyTorch", null);

        final String engine;
        private final String ending;

        Kind(String engine, String ending) {
            this.engine = engine;
            this.ending = ending;
        }

        private static Block block(int layers, int size) {
            SequentialBlock block = new SequentialBlock();
            for (int i = 0; i < layers; i++) {
                block.add(Linear.builder().setUnits(size).optBias(false).build());
            }
            return block;
        }

        /** Writes a model with as many square matrices. */
        Path write(int layers, int size) throws Exception {
            Path folder = Files.createTempDirectory("criteria-cost");
            Engine.getEngine("PyTorch").setRandomSeed(1);
            try (Model model = Model.newInstance("network", "PyTorch")) {
                Block block = block(layers, size);
                block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, size));
                model.setBlock(block);
                if (ending == null) {
                    model.save(folder, "network");
                    return folder;
                }
                Path file = folder.resolve("network" + ending);
                return BlockExport.write(block, file, new Shape(-1, size)).file();
            }
        }

        Criteria.Builder<float[], float[]> criteria(Path model, int layers, int size) {
            Criteria.Builder<float[], float[]> criteria = file(model);
            return ending == null
                    ? criteria.optModelName("network").optBlock(block(layers, size))
                    : criteria;
        }

        Criteria.Builder<float[], float[]> file(Path file) {
            return Criteria.builder()
                    .setTypes(float[].class, float[].class)
                    .optModelPath(file)
                    .optEngine(engine);
        }
    }

    static QuantizationTranslatorFactory factory(Recipe recipe) {
        return QuantizationTranslatorFactory.builder()
                .setRecipe(recipe)
                .optTranslator(new Rows())
                .build();
    }

    static Path artifact(Criteria.Builder<float[], float[]> criteria, Recipe recipe)
            throws Exception {
        try (ZooModel<float[], float[]> made =
                criteria.optTranslatorFactory(factory(recipe)).build().loadModel()) {
            return Path.of(made.getProperty("djl-quant.artifact"));
        }
    }

    /** Pixels in, scores out. */
    static final class Rows implements NoBatchifyTranslator<float[], float[]> {
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

        /** What is loaded. */
        @Param public Kind kind;

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
            Path model = kind.write(1, SIZE);
            Path artifact = artifact(kind.criteria(model, 1, SIZE), Recipe.optimize());
            add(kind.file(artifact).optTranslator(new Rows()));
            add(kind.criteria(model, 1, SIZE).optTranslatorFactory(factory(Recipe.optimize())));
            add(
                    kind.criteria(model, 1, SIZE)
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
        static final int LAYERS = 4;
        static final int SIZE = 2048;

        /** What is loaded. */
        @Param public Kind kind;

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
            model = kind.write(LAYERS, SIZE);
            artifact = artifact(criteria(), Recipe.dynamicInt8());
        }

        private Criteria.Builder<float[], float[]> criteria() {
            return kind.criteria(model, LAYERS, SIZE);
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
        cached.criteria().optTranslator(new Rows()).build().loadModel().close();
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
        cached.kind.file(cached.artifact).optTranslator(new Rows()).build().loadModel().close();
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
        cached.criteria()
                .optTranslatorFactory(factory(Recipe.dynamicInt8()))
                .build()
                .loadModel()
                .close();
    }
}
