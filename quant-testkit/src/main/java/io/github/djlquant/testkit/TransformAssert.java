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
package io.github.djlquant.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphChecker;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.reference.ReferenceRunner;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.TransformContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/**
 * Says what a transform makes of a graph, or that it leaves it alone.
 *
 * <pre>{@code
 * TransformAssert.of(new FoldBatchNorm(), catalog).on(graph).keepsFunction(1e-5).matches("...");
 * TransformAssert.of(new FoldBatchNorm(), catalog).on(other).doesNotFire("read elsewhere");
 * }</pre>
 */
public final class TransformAssert {

    private static final Target TARGET = new Target("any", null, true, "1.21.1");

    private final BlockTransform transform;
    private final TransformContext context;
    private Graph before;
    private Graph after;

    private TransformAssert(BlockTransform transform, TransformContext context) {
        this.transform = transform;
        this.context = context;
    }

    /**
     * Starts with the default recipe and the target {@code any}.
     *
     * @param transform what to test
     * @param catalog the operators
     * @return an assertion that still needs a graph
     */
    public static TransformAssert of(BlockTransform transform, OpCatalog catalog) {
        return of(transform, new TransformContext(catalog, Recipe.staticInt8(), TARGET));
    }

    /**
     * Starts with a context.
     *
     * @param transform what to test
     * @param context what it may look at
     * @return an assertion that still needs a graph
     */
    public static TransformAssert of(BlockTransform transform, TransformContext context) {
        return new TransformAssert(transform, context);
    }

    /**
     * Applies the transform, if it requires nothing that is missing, and checks the result.
     *
     * @param graph a legal graph
     * @return this assertion
     */
    public TransformAssert on(Graph graph) {
        before = graph;
        after = transform.requires(context) ? transform.apply(graph, context) : graph;
        GraphChecker.check(after, "after " + transform.name());
        transform.ensures(after, context);
        return this;
    }

    /**
     * Requires that the graph is left alone.
     *
     * @return this assertion
     */
    public TransformAssert doesNotFire() {
        assertThat(after).as("%s fired:%n%s", transform.name(), after).isSameAs(before);
        return this;
    }

    /**
     * Requires that the graph is left alone and the reason is noted.
     *
     * @param reason a part of the reason
     * @return this assertion
     */
    public TransformAssert doesNotFire(String reason) {
        doesNotFire();
        assertThat(context.notes())
                .filteredOn(note -> !note.fired() && note.transform().equals(transform.name()))
                .extracting(TransformContext.Note::reason)
                .anySatisfy(noted -> assertThat(noted).contains(reason));
        return this;
    }

    /**
     * Requires a result.
     *
     * @param text the readable form of the graph after the transform
     * @return this assertion
     */
    public TransformAssert matches(String text) {
        assertThat(after.toString()).isEqualToNormalizingNewlines(text);
        return this;
    }

    /**
     * Requires that the transform changed the graph and no result, by the naive kernels on random
     * inputs. They know few operators, all of ONNX; {@link #keepsFunction(double, Backend)} knows
     * those of an engine.
     *
     * @param tolerance the largest difference of an output element
     * @return this assertion
     */
    public TransformAssert keepsFunction(double tolerance) {
        return keepsFunction(tolerance, ReferenceRunner::new);
    }

    /**
     * Requires that the transform changed the graph and no result, in an engine on random inputs.
     *
     * @param tolerance the largest difference of an output element
     * @param engine runs the graph before and after
     * @return this assertion
     */
    public TransformAssert keepsFunction(double tolerance, Backend engine) {
        return keepsFunction(tolerance, graph -> engine.open(graph, RunOptions.DEFAULT));
    }

    private TransformAssert keepsFunction(double tolerance, Function<Graph, GraphRunner> runners) {
        assertThat(after).as("%s did not fire", transform.name()).isNotSameAs(before);
        Map<String, Tensor> feeds = feeds(before, 1);
        Map<String, Tensor> expected = run(runners.apply(before), feeds);
        Map<String, Tensor> actual = run(runners.apply(after), feeds);
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach(
                (name, tensor) ->
                        assertThat(actual.get(name).toFloats())
                                .as("output %s", name)
                                .containsExactly(
                                        tensor.toFloats(),
                                        org.assertj.core.data.Offset.offset((float) tolerance)));
        return this;
    }

    /**
     * Returns the graph after the transform.
     *
     * @return the result of the last {@link #on}
     */
    public Graph result() {
        return after;
    }

    /**
     * Makes random inputs for a graph.
     *
     * @param graph a graph with float inputs; dimensions that are not fixed become 2
     * @param seed makes them reproducible
     * @return a tensor for each input
     */
    public static Map<String, Tensor> feeds(Graph graph, long seed) {
        Random random = new Random(seed);
        Map<String, Tensor> feeds = new LinkedHashMap<>();
        for (Value input : graph.inputs()) {
            ValueType.TensorType type = (ValueType.TensorType) input.type();
            assertThat(type.dataType()).isEqualTo(DataType.FLOAT);
            long[] sizes =
                    type.shape().dimensions().stream()
                            .mapToLong(d -> d instanceof Dimension.Fixed f ? f.size() : 2)
                            .toArray();
            feeds.put(input.name(), GraphBuilder.random(random, sizes));
        }
        return feeds;
    }

    private static Map<String, Tensor> run(GraphRunner opened, Map<String, Tensor> feeds) {
        try (GraphRunner runner = opened) {
            return runner.run(feeds);
        }
    }
}
