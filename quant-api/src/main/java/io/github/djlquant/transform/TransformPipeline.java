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
package io.github.djlquant.transform;

import io.github.djlquant.Extensions;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.calibrate.ObservationRequest;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphChecker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Runs the transforms of a phase in order. After each one the graph is checked and the transform's
 * own {@link BlockTransform#ensures} is asked; those that call themselves float-equivalent are
 * checked in the engine if a {@link EquivalenceCheck} is set. One that throws what is not about the
 * model is named, since its code may be anybody's.
 */
public final class TransformPipeline {

    private final List<BlockTransform> transforms;
    private final EquivalenceCheck check;

    private TransformPipeline(List<BlockTransform> transforms, EquivalenceCheck check) {
        this.transforms =
                transforms.stream()
                        .sorted(
                                Comparator.comparing(BlockTransform::phase)
                                        .thenComparingInt(BlockTransform::order)
                                        .thenComparing(BlockTransform::name))
                        .toList();
        this.check = check;
    }

    /**
     * Loads every transform that ServiceLoader finds.
     *
     * @return a pipeline without equivalence check
     * @throws QuantizationException if a jar names one that can't be loaded
     */
    public static TransformPipeline load() {
        return of(Extensions.load(BlockTransform.class));
    }

    /**
     * Makes a pipeline of given transforms.
     *
     * @param transforms in any order
     * @return a pipeline without equivalence check
     */
    public static TransformPipeline of(List<BlockTransform> transforms) {
        return new TransformPipeline(transforms, null);
    }

    /**
     * Checks float-equivalent transforms in the engine.
     *
     * @param equivalence the check
     * @return a copy that checks
     */
    public TransformPipeline withCheck(EquivalenceCheck equivalence) {
        return new TransformPipeline(
                transforms, Objects.requireNonNull(equivalence, "equivalence"));
    }

    /**
     * Returns the transforms in the order in which they run.
     *
     * @return all phases
     */
    public List<BlockTransform> transforms() {
        return transforms;
    }

    /**
     * Merges what the transforms want to know of values, so that data is read once.
     *
     * @param graph the graph that is calibrated
     * @param context recipe and target
     * @param others what else is wanted
     * @return all wishes by the values' names
     * @throws BrokenTransformException if a transform names a value that the graph does not have,
     *     or throws
     */
    public Map<String, ObservationRequest> probes(
            Graph graph, TransformContext context, Map<String, ObservationRequest> others) {
        Map<String, ObservationRequest> merged = new LinkedHashMap<>(others);
        for (BlockTransform transform : transforms) {
            ask(transform, () -> transform.probes(graph, context))
                    .forEach(
                            (value, request) -> {
                                if (graph.producer(value).isEmpty() && !graph.isInput(value)) {
                                    throw new BrokenTransformException(
                                            transform.name(),
                                            new IllegalArgumentException(
                                                    "it wants to observe %"
                                                            + value
                                                            + ", which the graph does not"
                                                            + " compute"));
                                }
                                merged.merge(value, request, ObservationRequest::merge);
                            });
        }
        return merged;
    }

    /**
     * Runs one phase.
     *
     * @param phase the phase
     * @param graph a legal graph
     * @param context what the transforms may look at
     * @return the rewritten graph, the same instance if nothing matched
     * @throws io.github.djlquant.ModelFormatException if a transform leaves an illegal graph behind
     * @throws BrokenTransformException if a float-equivalent transform changes results, or one
     *     throws
     */
    public Graph run(Phase phase, Graph graph, TransformContext context) {
        List<EquivalenceCheck.Step> equivalent = new ArrayList<>();
        Graph current = graph;
        for (BlockTransform transform : transforms) {
            if (transform.phase() != phase || !ask(transform, () -> transform.requires(context))) {
                continue;
            }
            Graph before = current;
            Graph next = ask(transform, () -> transform.apply(before, context));
            if (next == current) {
                continue;
            }
            GraphChecker.check(next, "after " + transform.name());
            ask(
                    transform,
                    () -> {
                        transform.ensures(next, context);
                        return next;
                    });
            if (computesTheSame(current, next)) {
                current = next;
                continue;
            }
            if (transform.isFloatEquivalent()) {
                equivalent.add(new EquivalenceCheck.Step(transform, current, next));
            } else {
                verify(equivalent);
                equivalent.clear();
            }
            current = next;
        }
        verify(equivalent);
        return current;
    }

    /** What is wrong with the model, a transform says by an exception of ours. */
    private static <T> T ask(BlockTransform transform, Supplier<T> question) {
        try {
            return question.get();
        } catch (QuantizationException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw new BrokenTransformException(transform.name(), e);
        }
    }

    /** Where only declarations changed, there is nothing to prove. */
    private static boolean computesTheSame(Graph before, Graph after) {
        return before.nodes().equals(after.nodes())
                && before.constants().equals(after.constants())
                && before.outputs().equals(after.outputs());
    }

    private void verify(List<EquivalenceCheck.Step> steps) {
        if (check != null && !steps.isEmpty()) {
            check.verify(steps);
        }
    }
}
