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
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractSymbolBlock;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.graph.Graph;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * A graph as a DJL block. It runs in an engine's own symbol block, from a file of that engine's
 * format that lies among the temporary files as long as the block is open.
 *
 * <p><b>Who owns what.</b> The block owns the engine's memory and the file; {@link #close} frees
 * both, and so does closing the manager or model that it was loaded into. Weights are copies: the
 * block that the graph was traced from is never changed and may be closed, and training this block
 * does not train that one. {@link #getDirectParameters} gives out the engine's own arrays, which
 * die with this block. Inputs stay the caller's, and so do outputs: they are attached to the
 * manager of the first input and are arrays of that manager's engine, whichever engine the block
 * runs in, so that a loss or a metric of the caller's own can go on with them.
 *
 * <p>Saving it ({@link #saveParameters}, {@link ai.djl.Model#save}) writes the whole file; a saved
 * DJL model loads again with {@link GraphBlockFactory}.
 *
 * <p>Safe for several threads. Runs on the CPU.
 */
public class GraphBlock extends AbstractSymbolBlock implements AutoCloseable {

    private static final byte VERSION = SavedModule.VERSION;

    private Backend backend;
    private Graph graph;
    private EngineModule module;
    private LiveWeights weights;

    /** Creates a block that still needs {@link #loadParameters}. */
    GraphBlock() {
        super(VERSION);
    }

    /**
     * Opens a graph.
     *
     * @param backend the engine to run it in
     * @param graph what the block is, in the dialect of that engine
     * @param executed what the engine runs: the graph itself, or one that takes and yields more
     */
    protected GraphBlock(Backend backend, Graph graph, Graph executed) {
        super(VERSION);
        set(backend, module -> graph, EngineModule.of(backend, executed));
    }

    /**
     * Opens a file.
     *
     * @param backend the engine whose format it is
     * @param artifact the file; a copy is made, with the weights that lie beside it
     */
    protected GraphBlock(Backend backend, Path artifact) {
        super(VERSION);
        // Errors name the user's file. Nothing else is taken from it: its weights may be mapped.
        Graph read = backend.read(artifact);
        EngineModule.Writer copy =
                backend.files(artifact).size() == 1
                        ? file -> Files.copy(artifact, file)
                        : EngineModule.writer(backend, read);
        EngineModule opened = EngineModule.of(backend, copy, artifact.toString());
        set(backend, module -> backend.read(module.file()), opened);
    }

    /** Takes an opened file over, and closes it if it is of no use. */
    private void set(Backend engine, Function<EngineModule, Graph> reading, EngineModule loaded) {
        boolean done = false;
        try {
            Graph opened = reading.apply(loaded);
            GraphInputs taken = new GraphInputs(opened);
            outputDataTypes =
                    opened.outputs().stream()
                            .map(output -> ArrayTensors.elementsOf(output.type()))
                            .toArray(DataType[]::new);
            inputShapes = taken.shapes();
            inputNames = taken.names();
            weights = new LiveWeights(opened);
            backend = engine;
            graph = opened;
            module = loaded;
            done = true;
        } finally {
            if (!done) {
                loaded.close();
            }
        }
    }

    /**
     * Opens a graph.
     *
     * @param backend the engine to run it in
     * @param graph a legal graph in the dialect of that engine
     * @return a block to close
     * @throws io.github.djlquant.QuantizationException if the engine can't run it
     */
    public static GraphBlock of(Backend backend, Graph graph) {
        return new GraphBlock(backend, graph, graph);
    }

    /**
     * Opens a model file, float or quantized.
     *
     * @param artifact an ONNX or TorchScript file; it is copied and may be deleted
     * @return a block to close
     * @throws io.github.djlquant.QuantizationException if it is malformed or no engine on the class
     *     path runs it
     */
    public static GraphBlock open(Path artifact) {
        return new GraphBlock(Backends.forFile(artifact), artifact);
    }

    /**
     * Returns the graph, with the weights as they are now.
     *
     * @return what this block computes
     */
    public final Graph graph() {
        requireLoaded();
        return weights.current();
    }

    /**
     * Returns the engine.
     *
     * @return the backend of the engine that runs this block
     */
    public final Backend backend() {
        requireLoaded();
        return backend;
    }

    private void requireLoaded() {
        if (module == null) {
            throw new IllegalStateException(
                    "this block is empty: load its parameters, such as with Model.load");
        }
    }

    /**
     * Runs made inputs, of whose answers only the shapes count.
     *
     * @param parameterStore the caller's
     * @param zeros one array per input
     * @return the outputs
     */
    protected NDList answer(ParameterStore parameterStore, NDList zeros) {
        return forward(parameterStore, zeros, false);
    }

    /**
     * Runs a batch.
     *
     * @throws UnsupportedModelException if the number of arrays is not that of the inputs, or a
     *     training pass is asked of an engine without gradients
     */
    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        return run(inputs, training, Tap.NONE);
    }

    /**
     * Runs a batch of a block whose engine takes and yields more than the caller knows of.
     *
     * @param inputs the caller's arrays
     * @param training whether gradients are recorded
     * @param tap what is fed and read beyond them
     * @return the caller's outputs
     */
    protected final NDList run(NDList inputs, boolean training, Tap tap) {
        requireLoaded();
        return module.run(new GraphInputs(graph).inOrder(inputs), training, tap);
    }

    /** What the engine is fed and yields beyond a caller's own arrays. */
    protected interface Tap {

        /** Nothing. */
        Tap NONE =
                new Tap() {
                    @Override
                    public NDList inputs(NDManager memory) {
                        return new NDList();
                    }

                    @Override
                    public int outputs() {
                        return Integer.MAX_VALUE;
                    }

                    @Override
                    public void accept(NDList beyond) {}
                };

        /**
         * Makes what is fed behind the caller's inputs.
         *
         * @param memory the engine's memory, freed after the run
         * @return arrays
         */
        NDList inputs(NDManager memory);

        /**
         * Returns how many outputs are the caller's.
         *
         * @return the number
         */
        int outputs();

        /**
         * Takes the outputs behind the caller's.
         *
         * @param beyond arrays that are freed after the run
         */
        void accept(NDList beyond);
    }

    @Override
    public PairList<String, Shape> describeInput() {
        requireLoaded();
        return super.describeInput();
    }

    /**
     * Describes the outputs.
     *
     * @return names and shapes, -1 for open extents; a shape without axes where the graph does not
     *     tell
     */
    @Override
    public PairList<String, Shape> describeOutput() {
        requireLoaded();
        PairList<String, Shape> outputs = new PairList<>();
        graph.outputs()
                .forEach(output -> outputs.add(output.name(), ArrayTensors.shapeOf(output.type())));
        return outputs;
    }

    /**
     * Finds the shapes of outputs by a run on zeros.
     *
     * @param inputs the shapes of the inputs
     * @return the shapes of the outputs
     */
    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
        requireLoaded();
        try (NDManager memory = NDManager.newBaseManager(Device.cpu(), backend.getEngineName())) {
            NDList zeros = new GraphInputs(graph).zeros(memory, inputs);
            return answer(new ParameterStore(memory, false), zeros).stream()
                    .map(NDArray::getShape)
                    .toArray(Shape[]::new);
        }
    }

    /**
     * Returns the engine's own parameters; an engine that optimizes what it loads (ONNX Runtime)
     * has none to give.
     *
     * @return the parameters, which die with this block
     */
    @Override
    public ParameterList getDirectParameters() {
        if (module == null) {
            return new ParameterList();
        }
        ParameterList parameters = module.parameters();
        weights.follow(parameters);
        return parameters;
    }

    /** Writes the file that the engine runs, or a new one if weights have changed. */
    @Override
    public void saveParameters(DataOutputStream os) throws IOException {
        requireLoaded();
        module.requireOpen();
        if (isAsWritten()) {
            SavedModule.write(backend, module.file(), os);
            return;
        }
        try (EngineModule changed = EngineModule.of(backend, graph())) {
            SavedModule.write(backend, changed.file(), os);
        }
    }

    /**
     * Tells whether the file holds this block as it is.
     *
     * @return false if weights have changed, or the engine runs more than the graph
     */
    protected boolean isAsWritten() {
        return graph() == graph;
    }

    /**
     * Reads what {@link #saveParameters} wrote. What this block held before is freed, unless this
     * fails.
     *
     * @throws MalformedModelException if it was written by another kind of block or a newer version
     * @throws io.github.djlquant.QuantizationException if the file inside is malformed or its
     *     engine is missing
     */
    @Override
    public void loadParameters(NDManager manager, DataInputStream is)
            throws IOException, MalformedModelException {
        SavedModule.Opened opened = SavedModule.read(is);
        EngineModule before = module;
        set(opened.backend(), loaded -> opened.backend().read(loaded.file()), opened.module());
        if (before != null) {
            before.close();
        }
        manager.attachInternal(NDManager.nextUid(), this);
    }

    /** Frees the engine's memory and the temporary file. Closing twice does nothing. */
    @Override
    public void close() {
        if (module != null) {
            module.close();
        }
    }

    @Override
    public String toString() {
        return module == null
                ? getClass().getSimpleName() + " (empty)"
                : getClass().getSimpleName()
                        + " ("
                        + graph.inputs()
                        + " -> "
                        + graph.outputs()
                        + ", "
                        + graph.nodes().size()
                        + " nodes in "
                        + backend.getEngineName()
                        + ")";
    }
}
