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
package io.github.djlquant.trace;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.TemporaryFolder;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A file in DJL's engine: arrays of any engine in, arrays in the caller's memory out. Safe for
 * several threads; closing waits for running batches.
 */
final class EngineModule implements AutoCloseable {

    /** Engines that have gradients freeze what they load unless told so; the others ignore it. */
    private static final Map<String, String> OPTIONS = Map.of("trainParam", "true");

    private final String engine;
    private final Model model;
    private final Path file;
    private final TemporaryFolder folder;
    private final ReadWriteLock running = new ReentrantReadWriteLock();
    private volatile boolean closed;

    private EngineModule(String engine, Model model, Path file, TemporaryFolder folder) {
        this.engine = engine;
        this.model = model;
        this.file = file;
        this.folder = folder;
    }

    /** Writes a file of its own, which goes with the module, and opens it. */
    interface Writer {
        void write(Path file) throws IOException;
    }

    static EngineModule of(Backend backend, Graph graph) {
        return of(backend, writer(backend, graph), null);
    }

    /** Writes a graph with all its weights. */
    static Writer writer(Backend backend, Graph graph) {
        return file -> backend.write(graph, backend.target(Target.Name.HERE), file);
    }

    /**
     * Opens a file that is written for this purpose.
     *
     * @param source what it is, for messages; null where there is nothing but a graph
     */
    static EngineModule of(Backend backend, Writer writer, String source) {
        TemporaryFolder folder = null;
        Model model = null;
        boolean done = false;
        try {
            folder = TemporaryFolder.create();
            Path file = folder.path().resolve("block" + backend.fileExtension());
            writer.write(file);
            // The engine loads by now, whoever asks first, and says what it lacks.
            backend.runtimeVersion();
            model = Model.newInstance("block", Device.cpu(), backend.getEngineName());
            model.load(file, null, OPTIONS);
            done = true;
            return new EngineModule(backend.getEngineName(), model, file, folder);
        } catch (IOException | MalformedModelException | EngineException e) {
            throw new ModelFormatException(
                    Problem.of("the engine can't open the block")
                            .in(source)
                            .at("engine " + backend.getEngineName())
                            .actual(e.getMessage()),
                    e);
        } finally {
            if (!done) {
                release(model, folder);
            }
        }
    }

    private static void release(Model model, TemporaryFolder folder) {
        if (model != null) {
            model.close();
        }
        try {
            if (folder != null) {
                folder.close();
            }
        } catch (IOException e) {
            throw new QuantizationException(
                    Problem.of("temporary files can't be deleted").in(folder.path()).actual(e), e);
        }
    }

    /** The file that the engine runs. */
    Path file() {
        return file;
    }

    /**
     * Runs one batch. The outputs belong to the manager of the first input.
     *
     * @param inputs arrays of any engine, in the file's order
     * @param training whether gradients are recorded
     * @param tap what is fed and read beyond the caller's arrays
     * @throws UnsupportedModelException if gradients are asked of an engine that has none, or an
     *     array lies on a GPU
     */
    NDList run(NDList inputs, boolean training, GraphBlock.Tap tap) {
        inputs.forEach(EngineModule::requireCpu);
        running.readLock().lock();
        try {
            requireOpen();
            try (NDManager memory = model.getNDManager().newSubManager()) {
                if (training) {
                    requireGradients(memory);
                }
                return run(inputs, training, tap, memory);
            }
        } finally {
            running.readLock().unlock();
        }
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the block is closed");
        }
    }

    private NDList run(NDList inputs, boolean training, GraphBlock.Tap tap, NDManager memory) {
        NDManager caller = inputs.head().getManager();
        boolean sameEngine = engine.equals(caller.getEngine().getEngineName());
        NDList fed = new NDList();
        for (NDArray input : inputs) {
            fed.add(sameEngine ? input : unnamed(ArrayTensors.into(memory, input)));
        }
        fed.addAll(tap.inputs(memory));
        NDList yielded = block().forward(new ParameterStore(memory, false), fed, training);
        int own = Math.min(tap.outputs(), yielded.size());
        NDList beyond = new NDList(yielded.subList(own, yielded.size()));
        // Until they are read they would live as long as the caller's arrays.
        beyond.attach(memory);
        tap.accept(beyond);
        NDList outputs = new NDList(own);
        for (NDArray output : yielded.subList(0, own)) {
            outputs.add(sameEngine ? output : ArrayTensors.into(caller, output));
        }
        if (sameEngine) {
            outputs.attach(caller);
        }
        return outputs;
    }

    private static void requireCpu(NDArray input) {
        Device device = input.getDevice();
        if (device != null && device.isGpu()) {
            throw new UnsupportedModelException(
                    Problem.of("the block runs on the CPU, and its input lies elsewhere")
                            .expected(Device.cpu())
                            .actual(device)
                            .next(
                                    "Add optDevice(Device.cpu()) to the criteria, or move the input:"
                                            + " toDevice(Device.cpu(), false)"));
        }
    }

    /** Names would be taken for those of the file's inputs; the order counts. */
    private static NDArray unnamed(NDArray array) {
        array.setName(null);
        return array;
    }

    private Block block() {
        return model.getBlock();
    }

    private void requireGradients(NDManager memory) {
        try (NDArray probe = memory.create(0f)) {
            probe.setRequiresGradient(true);
        } catch (UnsupportedOperationException e) {
            throw new UnsupportedModelException(
                    Problem.of(
                                    "a training pass needs gradients, which this engine does not compute")
                            .at("engine " + engine)
                            .expected("the engine PyTorch")
                            .actual(engine)
                            .next(
                                    "Make the block with optEngine(\"PyTorch\") and quant-pytorch on"
                                            + " the class path, or run it for inference"),
                    e);
        }
    }

    /** The engine's own arrays; empty where it does not give them out. */
    ParameterList parameters() {
        try {
            return block().getDirectParameters();
        } catch (UnsupportedOperationException e) {
            return new ParameterList();
        }
    }

    /** Frees the engine's memory and deletes the file; closing twice does nothing. */
    @Override
    public void close() {
        running.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                release(model, folder);
            }
        } finally {
            running.writeLock().unlock();
        }
    }
}
