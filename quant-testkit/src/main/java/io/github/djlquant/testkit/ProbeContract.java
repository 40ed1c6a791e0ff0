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
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.Probe;
import io.github.djlquant.backend.ProbeRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.observe.Measure;
import io.github.djlquant.observe.MeasureSite;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the probes of every {@link Backend} must see: the values themselves, computed inside the
 * engine. A part of {@link BackendContract}.
 */
public abstract class ProbeContract {

    static final RunOptions ONE_THREAD = new RunOptions(1, true);
    static final int BATCH = 3;

    /** Creates the suite. */
    protected ProbeContract() {}

    /**
     * Returns the backend under test.
     *
     * @return the backend
     */
    protected abstract Backend backend();

    /**
     * Returns a float graph: a free batch dimension, at least one convolution followed by a Relu.
     *
     * @return a legal graph
     */
    protected abstract Graph graph();

    /**
     * Makes inputs for {@link #graph()}, some of them negative.
     *
     * @param rows the extent of the batch dimension
     * @param seed different seeds give different numbers
     * @return a float tensor for each input
     */
    protected abstract Map<String, Tensor> feeds(int rows, long seed);

    /**
     * Returns inner float values of {@link #graph()} that have channels along axis 1, among them
     * the output of a convolution and that of a Relu.
     *
     * @return names
     */
    protected abstract List<String> activations();

    /**
     * Adds to a graph of the engine's dialect what computes the sum of a value's squares, as
     * somebody's {@link Measure} would.
     *
     * @param site the value, and where nodes go
     * @return the result's name, one number
     */
    protected abstract String sumOfSquares(MeasureSite site);

    /** Extremes equal those of the exposed values. */
    @Test
    public void extremesAreThoseOfTheValue() {
        Map<String, Tensor> feeds = feeds(BATCH, 3);
        Map<String, Tensor> exposed = expose(feeds);
        Map<Probe, Tensor> results =
                probe(feeds, activations().stream().map(ProbeContract::minMax));

        activations()
                .forEach(
                        value -> {
                            float[] elements = exposed.get(value).toFloats();
                            Arrays.sort(elements);
                            assertThat(results.get(minMax(value)).toFloats())
                                    .as(value)
                                    .containsExactly(
                                            new float[] {
                                                elements[0], elements[elements.length - 1]
                                            },
                                            within(1e-5f));
                        });
    }

    /** A sample with room for all elements holds all of them. */
    @Test
    public void aLargeSampleIsTheWholeValue() {
        Map<String, Tensor> feeds = feeds(BATCH, 4);
        Map<String, Tensor> exposed = expose(feeds);
        Map<Probe, Tensor> results =
                probe(feeds, activations().stream().map(v -> new Probe.Sample(v, 65536)));

        results.forEach(
                (probe, sample) ->
                        assertThat(sample.toFloats())
                                .as(probe.value())
                                .containsExactly(
                                        exposed.get(probe.value()).toFloats(), within(1e-5f)));
    }

    /** A small sample obeys its limit, holds elements of the value, and moves between batches. */
    @Test
    public void aSmallSampleIsAPartOfTheValue() {
        Map<String, Tensor> feeds = feeds(BATCH, 5);
        String value = activations().get(0);
        float[] all = expose(feeds).get(value).toFloats();
        int limit = all.length / 5;
        Probe probe = new Probe.Sample(value, limit);
        try (ProbeRunner runner = backend().probe(graph(), List.of(probe), ONE_THREAD)) {
            float[] first = runner.run(feeds, 0).get(probe).toFloats();
            float[] second = runner.run(feeds, 1).get(probe).toFloats();

            assertThat(first.length).isBetween(limit / 2, limit);
            assertThat(second).as("the next batch starts elsewhere").isNotEqualTo(first);
            assertThat(runner.run(feeds, 0).get(probe).toFloats())
                    .as("the same batch starts at the same place")
                    .isEqualTo(first);
            for (float element : first) {
                assertThat(all).usingComparatorWithPrecision(1e-5f).contains(element);
            }
        }
    }

    /** Channel means equal those of the exposed values. */
    @Test
    public void channelMeansAreThoseOfTheValue() {
        Map<String, Tensor> feeds = feeds(BATCH, 6);
        Map<String, Tensor> exposed = expose(feeds);
        Map<Probe, Tensor> results =
                probe(feeds, activations().stream().map(v -> new Probe.ChannelMean(v, 1)));

        results.forEach(
                (probe, means) ->
                        assertThat(means.toFloats())
                                .as(probe.value())
                                .containsExactly(
                                        channelMeans(exposed.get(probe.value())), within(1e-4f)));
    }

    /** Sizes of channels are those of the exposed values' last axis. */
    @Test
    public void channelSizesAreThoseOfTheLastAxis() {
        Map<String, Tensor> feeds = feeds(BATCH, 9);
        Map<String, Tensor> exposed = expose(feeds);
        Map<Probe, Tensor> results =
                probe(feeds, activations().stream().map(Probe.ChannelSizes::new));

        results.forEach(
                (probe, sizes) ->
                        assertThat(sizes.toFloats())
                                .as(probe.value())
                                .containsExactly(
                                        channelSizes(exposed.get(probe.value())), within(1e-4f)));
    }

    /** What a third party measures is computed on the value itself, batch by batch. */
    @Test
    public void aMeasureIsComputedOnTheValue() {
        Measure measure = squares();
        Map<String, Tensor> feeds = feeds(BATCH, 10);
        Map<String, Tensor> exposed = expose(feeds);
        Map<Probe, Tensor> results =
                probe(feeds, activations().stream().map(v -> new Probe.Measured(v, measure)));

        assertThat(results).hasSameSizeAs(activations());
        results.forEach(
                (probe, sum) -> {
                    double expected = 0;
                    for (float element : exposed.get(probe.value()).toFloats()) {
                        expected += (double) element * element;
                    }
                    assertThat(sum.toFloats()).as(probe.value()).hasSize(1);
                    assertThat((double) sum.toFloats()[0])
                            .as(probe.value())
                            .isCloseTo(expected, withinPercentage(0.01));
                });
    }

    private Measure squares() {
        return Measure.of("SumOfSquares", Measure.Merge.SUM)
                .in(graph().nodes().get(0).op().dialect(), this::sumOfSquares);
    }

    /** Every result of every probe comes out of one run, and nothing else. */
    @Test
    public void probesOfAllKindsShareARun() {
        List<Probe> probes = new ArrayList<>();
        for (String value : activations()) {
            probes.add(minMax(value));
            probes.add(new Probe.Sample(value, 7));
            probes.add(new Probe.ChannelMean(value, 1));
            probes.add(new Probe.ChannelSizes(value));
            probes.add(new Probe.Measured(value, squares()));
        }
        graph().inputs().forEach(input -> probes.add(minMax(input.name())));
        graph().outputs().forEach(output -> probes.add(minMax(output.name())));

        Map<Probe, Tensor> results = probe(feeds(1, 7), probes.stream());

        assertThat(results.keySet()).containsExactlyInAnyOrderElementsOf(probes);
        assertThat(results.values()).allMatch(result -> result.dataType() == DataType.FLOAT);
    }

    /** A value that does not exist is a mistake of the caller. */
    @Test
    public void anUnknownValueIsRefused() {
        assertThatThrownBy(
                        () ->
                                backend()
                                        .probe(
                                                graph(),
                                                List.of(minMax("no such value")),
                                                ONE_THREAD)
                                        .close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no such value");
    }

    /** NaN fed to the graph shows at every value behind; finite numbers never do. */
    @Test
    public void nanShows() {
        Map<String, Tensor> feeds = feeds(BATCH, 7);
        List<Probe> signs = activations().stream().<Probe>map(Probe.NanSign::new).toList();
        probe(feeds, signs.stream())
                .forEach((probe, sign) -> assertThat(sign.toFloats()[0]).isNotNaN());

        Map<String, Tensor> broken = new LinkedHashMap<>(feeds);
        broken.replaceAll(
                (name, tensor) -> {
                    float[] elements = tensor.toFloats();
                    Arrays.fill(elements, Float.NaN);
                    return Tensor.ofFloats(elements, tensor.shape().toArray());
                });
        probe(broken, signs.stream())
                .forEach((probe, sign) -> assertThat(sign.toFloats()[0]).as(probe.value()).isNaN());
    }

    static Probe.MinMax minMax(String value) {
        return new Probe.MinMax(value);
    }

    private Map<Probe, Tensor> probe(Map<String, Tensor> feeds, Stream<? extends Probe> probes) {
        List<Probe> list = new ArrayList<>();
        probes.forEach(list::add);
        try (ProbeRunner runner = backend().probe(graph(), list, ONE_THREAD)) {
            return new LinkedHashMap<>(runner.run(feeds, 0));
        }
    }

    /** The values themselves, as outputs of an unoptimized run. */
    private Map<String, Tensor> expose(Map<String, Tensor> feeds) {
        ValueType type = new ValueType.TensorType(DataType.FLOAT, null);
        List<Value> outputs = activations().stream().map(v -> new Value(v, type)).toList();
        Graph exposed = graph().edit().outputs(present -> outputs).build();
        try (GraphRunner runner = backend().open(exposed, new RunOptions(1, false))) {
            return runner.run(feeds);
        }
    }

    private static float[] channelMeans(Tensor tensor) {
        int channels = (int) tensor.shape().size(1);
        long plane = 1;
        for (int axis = 2; axis < tensor.shape().rank(); axis++) {
            plane *= tensor.shape().size(axis);
        }
        long planeSize = plane;
        double[] sums = new double[channels];
        tensor.forEach((index, value) -> sums[(int) (index / planeSize % channels)] += value);
        float[] means = new float[channels];
        for (int i = 0; i < channels; i++) {
            means[i] = (float) (sums[i] * channels / tensor.elementCount());
        }
        return means;
    }

    private static float[] channelSizes(Tensor tensor) {
        float[] elements = tensor.toFloats();
        int channels = (int) tensor.shape().size(tensor.shape().rank() - 1);
        int rows = elements.length / channels;
        float[] sizes = new float[3 * channels];
        for (int i = 0; i < elements.length; i++) {
            int channel = i % channels;
            float element = elements[i];
            sizes[channel] = i < channels ? element : Math.min(sizes[channel], element);
            sizes[channels + channel] =
                    i < channels ? element : Math.max(sizes[channels + channel], element);
            sizes[2 * channels + channel] += element * element / rows;
        }
        return sizes;
    }
}
