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
package io.github.djlquant.backend;

import ai.djl.nn.SymbolBlock;
import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.recipe.Recipe;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One engine's readers, writers and runners. Found by ServiceLoader; there is one per DJL engine,
 * named as the engine is.
 */
public interface Backend {

    /**
     * Returns the DJL engine's name.
     *
     * @return such as {@code OnnxRuntime}
     */
    String getEngineName();

    /**
     * Returns the version of the runtime on this machine.
     *
     * @return such as {@code 1.29.0}
     */
    String runtimeVersion();

    /**
     * Tells whether a file is of this backend's kind, by its name and first bytes.
     *
     * @param file an existing file
     * @return true if {@link #read} would try it
     */
    boolean reads(Path file);

    /**
     * Reads a model. Weights stay mapped to the file where they can.
     *
     * @param file an existing file
     * @return a legal graph
     * @throws io.github.djlquant.ModelFormatException if the file is malformed
     * @throws io.github.djlquant.UnsupportedModelException if it holds something that can't be
     *     carried
     */
    Graph read(Path file);

    /**
     * Tells what callers of a file may use and its graph does not hold, so that whatever is made of
     * the graph lacks it.
     *
     * @param graph what {@link #read} returned
     * @return a sentence each, for people; none by default
     */
    default List<String> leftBehind(Graph graph) {
        return List.of();
    }

    /**
     * Reads a written file so that its inner values can be held beside those of its source.
     *
     * @param file an existing file
     * @return the graph, and which of its values stand for which of the source's
     * @throws io.github.djlquant.ModelFormatException if the file is malformed
     */
    default InnerValues innerValues(Path file) {
        return new InnerValues(read(file), Map.of());
    }

    /**
     * Names all files that a model consists of.
     *
     * @param file an existing file
     * @return the file itself first, then those beside it that hold its weights, in a fixed order
     * @throws io.github.djlquant.ModelFormatException if the file is malformed
     * @throws io.github.djlquant.UnsupportedModelException if it holds something that can't be
     *     carried
     */
    List<Path> files(Path file);

    /**
     * Refuses a model that no file for a target can hold, before work is spent on it.
     *
     * @param graph a legal graph
     * @param target where the quantized model is meant to run
     * @param source the file that the graph was read from, named in errors
     * @throws io.github.djlquant.UnsupportedModelException if what runs on the target can't read
     *     what the model holds
     */
    void requireFits(Graph graph, Target target, Path source);

    /**
     * Writes a model as one file, not atomically: the caller chooses a temporary name. The graph's
     * metadata travels inside.
     *
     * @param graph a legal graph
     * @param target where it is meant to run
     * @param file the file to create or replace
     */
    void write(Graph graph, Target target, Path file);

    /**
     * Returns how large one file of this engine can be.
     *
     * @return bytes of weights
     */
    default long mostWeightBytes() {
        return Long.MAX_VALUE;
    }

    /**
     * Returns a graph in this engine's own dialect. A graph says its dialect in {@link
     * Graph#opsets()}; one that says none is the engine's own. Names, order and meaning of inputs
     * and outputs stay.
     *
     * @param graph a legal graph of floats in any engine's dialect
     * @return the same instance if it is in the engine's dialect already, else a graph in which
     *     each node has crossed by one table row per operator
     * @throws io.github.djlquant.UnsupportedModelException if operators have no row; the message
     *     lists all of them. Also if a row has no form for what a node's attributes say
     */
    Graph adopt(Graph graph);

    /**
     * Returns what other jars contribute to this engine, so that artifacts made with and without
     * it, or with another version of it, are told apart.
     *
     * @return classes, always in the same order
     */
    default List<Class<?>> extensions() {
        return List.of();
    }

    /**
     * Returns what a block of the engine's own format computes.
     *
     * @param block a block that DJL loaded
     * @return its graph in this engine's dialect; empty if the block is another engine's, or keeps
     *     its graph to itself
     */
    default Optional<Graph> inside(SymbolBlock block) {
        return Optional.empty();
    }

    /**
     * Returns the name of the files' format.
     *
     * @return such as {@code ONNX}
     */
    String formatName();

    /**
     * Returns the ending of the files written.
     *
     * @return such as {@code .onnx}
     */
    String fileExtension();

    /**
     * Returns the operators that this backend knows.
     *
     * @return the catalog
     */
    OpCatalog catalog();

    /**
     * Resolves a target name on this machine.
     *
     * @param name the name
     * @return the target as data
     */
    Target target(Target.Name name);

    /**
     * Resolves a target name on this machine, with the kernels that a recipe asks for.
     *
     * @param name what the user named
     * @param recipe what the user asks
     * @return the target as data
     * @throws RecipeException if the recipe names a library of kernels that this engine, or the
     *     target, has not
     */
    default Target target(Target.Name name, Recipe recipe) {
        recipe.quantizedEngine()
                .ifPresent(
                        engine -> {
                            throw new RecipeException(
                                    Problem.of(
                                                    getEngineName()
                                                            + " has one library of integer kernels;"
                                                            + " PyTorch has several")
                                            .at("recipe " + recipe.name() + ", quantizedEngine")
                                            .expected("no quantizedEngine")
                                            .actual(engine.text())
                                            .next(
                                                    "Use static-int8 or dynamic-int8, or write"
                                                            + " TorchScript (an output ending in"
                                                            + " .pt)"));
                        });
        return target(name);
    }

    /**
     * Opens a graph in the engine.
     *
     * @param graph a legal graph
     * @param options how to run it
     * @return a runner to close
     */
    GraphRunner open(Graph graph, RunOptions options);

    /**
     * Opens a written file in the engine, as any user would.
     *
     * @param file the file
     * @param options how to run it
     * @return a runner to close
     */
    GraphRunner open(Path file, RunOptions options);

    /**
     * Opens a graph with probes.
     *
     * @param graph a legal graph
     * @param probes what to compute
     * @param options how to run it
     * @return a runner to close
     */
    ProbeRunner probe(Graph graph, List<Probe> probes, RunOptions options);

    /**
     * Tells how many batches the engine is given at once where there are many. Each has its own
     * activations in memory.
     *
     * @param threads threads that may work at a time; 0 leaves it to the engine
     * @return 1, the default, where the engine uses all threads well on a single batch
     */
    default int batchesAtOnce(int threads) {
        return 1;
    }

    /**
     * Tells whether threads inside one run keep their processors busy while they wait for each
     * other. Two models are then better asked at once, each in its share of the threads.
     *
     * @return false, the default, where they sleep
     */
    default boolean threadsSpin() {
        return false;
    }

    /**
     * Adds probes to a graph that keeps its own outputs, so that whoever runs it anyway observes it
     * as well.
     *
     * @param graph a legal graph
     * @param probes what to compute
     * @return the graph's own outputs first, in their order, then those of the probes
     */
    InstrumentedGraph instrument(Graph graph, List<Probe> probes);

    /**
     * Goes through what comes before the engine is asked to open a graph, and drops the result: in
     * a fresh virtual machine code is slow when it runs first, and whoever waits for the engine to
     * load may have that done meanwhile.
     *
     * @param graph a legal graph
     */
    default void rehearse(Graph graph) {}

    /**
     * Reads back what the engine makes of a written file.
     *
     * @param file the file
     * @return the kernels of the engine's optimized graph
     */
    Execution explain(Path file);

    /**
     * Reads back what the engine makes of a written file, as {@link #explain} does, and times each
     * kernel if the engine can.
     *
     * @param file the file
     * @param feeds one batch to run
     * @param options how to run it
     * @param calls timed calls
     * @return the kernels with their times; without times, and with the reason, where the engine
     *     gives none
     */
    default Profile profile(Path file, Map<String, Tensor> feeds, RunOptions options, int calls) {
        return Profile.untimed(
                explain(file), getEngineName() + " gives no times of single operators from Java");
    }
}
