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
package io.github.djlquant.testkit.criteria;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.repository.zoo.Criteria;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.graph.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A float model of some kind that the suites save, load through criteria, quantize and serve. */
public interface FloatModel {

    /**
     * Returns the engine that runs its quantized form.
     *
     * @return the backend under test
     */
    Backend backend();

    /**
     * Returns the engine that loads it.
     *
     * @return the engine's name in DJL
     */
    String engine();

    /**
     * Returns the shape of one row of its only input.
     *
     * @return the extents, 1 for the batch
     */
    long[] rowShape();

    /**
     * Makes inputs.
     *
     * @param rows the extent of the batch dimension
     * @param seed different seeds give different numbers
     * @return a float tensor for its input
     */
    Map<String, Tensor> feeds(int rows, long seed);

    /**
     * Returns the name of the file of a saved model.
     *
     * @param name the model's name
     * @return with the ending by which DJL finds it
     */
    String fileName(String name);

    /**
     * Saves it: always the same weights.
     *
     * @param folder an existing folder
     * @param name the model's name
     * @return the file
     * @throws IOException if it can't be written
     */
    Path save(Path folder, String name) throws IOException;

    /**
     * Returns what a criteria has to be given for the file.
     *
     * @param file what {@link #save} returned
     * @return a file or folder for {@code optModelPath}
     */
    Path location(Path file);

    /**
     * Adds what the criteria needs besides the place.
     *
     * @param criteria a criteria
     * @param <I> its input
     * @param <O> its output
     * @return the same criteria
     */
    <I, O> Criteria.Builder<I, O> describe(Criteria.Builder<I, O> criteria);

    /**
     * Returns what a criteria needs besides the place and the engine, as plain strings.
     *
     * @return arguments
     */
    Map<String, String> arguments();

    /**
     * Loads the model without a criteria.
     *
     * @param file what {@link #save} returned
     * @return the float model
     * @throws IOException if it can't be read
     * @throws MalformedModelException if it is no model
     */
    Model load(Path file) throws IOException, MalformedModelException;

    /**
     * Touches what a quantized block holds of its engine's memory: throws if that is gone.
     *
     * @param block a block of the engine of {@link #backend()}
     */
    void requireOpen(Block block);

    /**
     * Tells whether the float model's memory is gone.
     *
     * @param block the block that was loaded
     * @return true if it is
     */
    boolean isFreed(Block block);
}
