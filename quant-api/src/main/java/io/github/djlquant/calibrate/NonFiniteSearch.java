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
package io.github.djlquant.calibrate;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.backend.Probe;
import io.github.djlquant.backend.ProbeRunner;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds where NaN or infinity came up first: the batch runs again row by row, with a look at every
 * observed value. Only a calibration that fails pays for it.
 */
final class NonFiniteSearch {

    private final List<Probe> probes = new ArrayList<>();
    private final Function<List<Probe>, ProbeRunner> opener;

    /**
     * Prepares a search.
     *
     * @param graph the graph that is calibrated
     * @param observed the values that can be named besides the graph's outputs
     * @param opener opens runners of the graph
     */
    NonFiniteSearch(Graph graph, Set<String> observed, Function<List<Probe>, ProbeRunner> opener) {
        this.opener = opener;
        Set<String> inOrder = new LinkedHashSet<>();
        graph.inputs().stream().map(Value::name).forEach(inOrder::add);
        graph.nodes().stream().map(Node::outputs).forEach(inOrder::addAll);
        inOrder.retainAll(observed);
        for (String value : inOrder) {
            probes.add(new Probe.NanSign(value));
            probes.add(new Probe.MinMax(value));
        }
        graph.outputs().forEach(output -> probes.add(new Probe.NanSign(output.name())));
    }

    /**
     * Explains a failure.
     *
     * @param noticed the value at which it showed
     * @param feed the batch
     * @return names the first value and, if the batch can be cut, the first sample
     */
    CalibrationException explain(String noticed, Feed feed) {
        try (ProbeRunner runner = opener.apply(probes)) {
            boolean cut = feed.rows() > 1 && feed.isBatchFirst();
            for (int row = 0; row < (cut ? feed.rows() : 1); row++) {
                Feed part = cut ? feed.slice(row, 1) : feed;
                String value = firstNotFinite(runner.run(part.tensors(), 0));
                if (value != null) {
                    return failure(value, part);
                }
            }
        } catch (CalibrationException e) {
            // The graph takes no single rows: what is known already must do.
            return failure(noticed, feed);
        }
        return failure(noticed, feed);
    }

    private String firstNotFinite(Map<Probe, Tensor> results) {
        for (Probe probe : probes) {
            float[] elements = results.get(probe).toFloats();
            if (probe instanceof Probe.MinMax && BatchObserver.isEmpty(elements[0], elements[1])) {
                continue;
            }
            for (float element : elements) {
                if (Float.isNaN(element)
                        || probe instanceof Probe.MinMax && Float.isInfinite(element)) {
                    return probe.value();
                }
            }
        }
        return null;
    }

    private static CalibrationException failure(String value, Feed feed) {
        String where =
                feed.rows() == 1
                        ? "sample " + feed.sample(0)
                        : feed.order().isEmpty()
                                ? "samples "
                                        + feed.sample(0)
                                        + " to "
                                        + feed.sample(feed.rows() - 1)
                                : "one of the samples " + feed.order();
        return new CalibrationException(
                Problem.of("the model computes NaN or infinity on the calibration data")
                        .at("value " + value)
                        .expected("finite numbers")
                        .actual("others in " + where + " (counted from 0)")
                        .next(
                                "Look at this sample, or leave the nodes around this value out of"
                                        + " the scope"));
    }
}
