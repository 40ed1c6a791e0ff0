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
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractSymbolBlock;
import ai.djl.nn.Block;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.djlquant.Quantizer;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.monitor.DriftBaseline;
import io.github.djlquant.monitor.DriftMonitor;
import io.github.djlquant.monitor.MonitoredBlock;
import io.github.djlquant.monitor.TappedModel;
import io.github.djlquant.recipe.Recipe;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * What a drift monitor costs with its default settings, beside a call of ResNet-20 in int8 on one
 * image. {@code watched} less {@code unwatched} is the monitor alone, with DJL's copy of the input;
 * it is to be less than a hundredth of {@code call}. {@code tapped} less {@code call} is what it
 * costs to watch eight inner values too, at every call. Needs the system property {@code
 * quant.real}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DriftMonitorCost {

    private Model model;
    private Model watched;
    private Model inside;
    private NDManager manager;
    private NDList input;
    private ParameterStore parameters;
    private Block network;
    private Block tapped;
    private Block plain;
    private Block monitored;

    /** Answers at once. */
    private static final class Echo extends AbstractSymbolBlock {
        @Override
        protected NDList forwardInternal(
                ParameterStore parameters,
                NDList inputs,
                boolean training,
                PairList<String, Object> arguments) {
            return inputs;
        }

        @Override
        public ParameterList getDirectParameters() {
            return new ParameterList();
        }

        @Override
        public void removeLastBlock() {
            throw new UnsupportedOperationException("an echo has one block");
        }
    }

    /**
     * Quantizes the network and opens it.
     *
     * @throws Exception if it can't
     */
    @Setup
    public void open() throws Exception {
        Path source = Path.of(System.getProperty("quant.real"), "cifar10", "resnet20_cifar10.onnx");
        Path folder = Files.createTempDirectory("drift");
        Random random = new Random(1);
        float[] images = new float[64 * 3 * 32 * 32];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        Path file =
                Quantizer.builder()
                        .optRecipe(Recipe.staticInt8())
                        .optCalibration(
                                CalibrationData.ofFeeds(
                                        List.of(
                                                Map.of(
                                                        "input",
                                                        Tensor.ofFloats(images, 64, 3, 32, 32)))))
                        .optLatency(false)
                        .optIgnoreGate(true)
                        .build()
                        .quantize(source, folder.resolve("int8.onnx"))
                        .file();
        model = Model.newInstance("resnet", "OnnxRuntime");
        model.load(file, null, Map.of("intraOpNumThreads", "1", "interOpNumThreads", "1"));
        manager = model.getNDManager().newSubManager();
        parameters = new ParameterStore(manager, false);
        network = model.getBlock();
        Path copy = folder.resolve("tapped.onnx");
        TappedModel.write(file, copy);
        inside = Model.newInstance("tapped", "OnnxRuntime");
        inside.load(copy, null, Map.of("intraOpNumThreads", "1", "interOpNumThreads", "1"));
        MonitoredBlock.attach(inside, DriftMonitor.builder().build(DriftBaseline.of(copy)));
        tapped = inside.getBlock();
        watched = Model.newInstance("watched", "OnnxRuntime");
        plain = new Echo();
        watched.setBlock(new Echo());
        MonitoredBlock.attach(watched, DriftMonitor.builder().build(DriftBaseline.of(file)));
        monitored = watched.getBlock();
        input =
                new NDList(
                        manager.create(
                                FloatBuffer.wrap(images, 0, 3 * 32 * 32), new Shape(1, 3, 32, 32)));
    }

    /** Frees native memory. */
    @TearDown
    public void close() {
        inside.close();
        watched.close();
        model.close();
    }

    /** Runs the network. */
    @Benchmark
    public void call() {
        network.forward(parameters, input, false).close();
    }

    /** Runs the network and looks at its input and at eight of its inner values. */
    @Benchmark
    public void tapped() {
        tapped.forward(parameters, input, false).close();
    }

    /**
     * Passes the input on.
     *
     * @return the input
     */
    @Benchmark
    public NDList unwatched() {
        return plain.forward(parameters, input, false);
    }

    /**
     * Passes the input on and looks at it.
     *
     * @return the input
     */
    @Benchmark
    public NDList watched() {
        return monitored.forward(parameters, input, false);
    }
}
