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
package io.github.djlquant.monitor;

import io.github.djlquant.Problem;
import io.github.djlquant.StagedFile;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.op.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Copies an artifact so that it also yields some of its inner values, as the integers that it
 * computes anyway. {@link MonitoredBlock} compares them with the calibration table and hands on the
 * artifact's own outputs alone. The copy runs in the stock engine and gives the same answers.
 *
 * <pre>
 *   x -&gt; Conv -&gt; Q -&gt; DQ -&gt; y     becomes     x -&gt; Conv -&gt; Q -&gt; DQ -&gt; y
 *                                                          \-&gt; output
 * </pre>
 *
 * <p>An artifact knows the distributions of up to eight of its values, spread over the graph; these
 * can be tapped. From the calibration table alone their thresholds are wide, since nobody looked at
 * their rows one by one: what is above them has changed much. With data they are narrow. Integers
 * can't leave their range, so there is no saturation of them; the distributions (PSI, KS distance)
 * tell, and the last bin holds what is clipped.
 */
public final class TappedModel {

    private TappedModel() {}

    /**
     * Writes a copy that yields every value that the artifact knows the distribution of.
     *
     * @param artifact a quantized model with a baseline
     * @param copy the file to create
     * @return the names of the values that are tapped
     * @throws UnsupportedModelException if the artifact's engine keeps all of them to itself, as
     *     libtorch's kernels do
     */
    public static List<String> write(Path artifact, Path copy) {
        return write(artifact, copy, value -> true);
    }

    /**
     * Writes a copy that yields chosen values.
     *
     * @param artifact a quantized model with a baseline
     * @param copy the file to create
     * @param chosen tells the values, by their names; {@link DriftBaseline#tensors} lists them
     * @return the names of the values that are tapped, in the order of the graph
     * @throws UnsupportedModelException if none of the chosen ones can be tapped, or the artifact
     *     is a copy of this kind
     */
    public static List<String> write(Path artifact, Path copy, Predicate<String> chosen) {
        return write(artifact, copy, chosen, Optional.empty());
    }

    /**
     * Writes a copy that yields chosen values, and looks at their rows one by one, which makes
     * their thresholds as narrow as they can be.
     *
     * @param artifact a quantized model with a baseline
     * @param copy the file to create
     * @param chosen tells the values, by their names; {@link DriftBaseline#tensors} lists them
     * @param data what the artifact was calibrated on, or data like it; a few hundred rows
     * @return the names of the values that are tapped, in the order of the graph
     * @throws UnsupportedModelException if none of the chosen ones can be tapped, or the artifact
     *     is a copy of this kind
     * @throws io.github.djlquant.CalibrationException if the data does not fit the model
     */
    public static List<String> write(
            Path artifact, Path copy, Predicate<String> chosen, CalibrationData data) {
        return write(artifact, copy, chosen, Optional.of(data));
    }

    private static List<String> write(
            Path artifact, Path copy, Predicate<String> chosen, Optional<CalibrationData> data) {
        DriftBaseline baseline = DriftBaseline.of(artifact);
        Backend backend = Backends.forFile(artifact);
        Graph graph = backend.read(artifact);
        if (!baseline.taps().isEmpty()) {
            throw new UnsupportedModelException(
                    Problem.of("the model is tapped already")
                            .in(artifact)
                            .actual(baseline.taps())
                            .next("Start from the artifact that it is a copy of"));
        }
        List<Tap> taps = new ArrayList<>();
        List<Value> outputs = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (backend.catalog().role(node) == Role.QUANTIZE
                    && !graph.isInput(node.input(0))
                    && baseline.tensors().containsKey(node.input(0))
                    && taps.stream().noneMatch(tap -> tap.value().equals(node.input(0)))
                    && graph.outputs().stream().noneMatch(o -> o.name().equals(node.output()))
                    && chosen.test(node.input(0))) {
                tap(graph, node)
                        .ifPresent(
                                tap -> {
                                    taps.add(tap);
                                    outputs.add(new Value(node.output(), type(graph, node)));
                                });
            }
        }
        if (taps.isEmpty()) {
            throw new UnsupportedModelException(
                    Problem.of("none of the chosen values can be tapped")
                            .in(artifact)
                            .expected(
                                    "a value that is quantized for itself, of "
                                            + baseline.tensors().keySet()
                                            + "; to stay small an artifact keeps the"
                                            + " distributions of at most "
                                            + DriftBaseline.MOST_VALUES
                                            + " inner values, spread over the graph")
                            .next(
                                    "Watch the inputs, or quantize to .onnx: libtorch's kernels"
                                            + " hand integers on among themselves"));
        }
        Graph tapped =
                graph.edit()
                        .outputs(
                                own -> {
                                    List<Value> all = new ArrayList<>(own);
                                    all.addAll(outputs);
                                    return all;
                                })
                        .build();
        TapSamples samples = new TapSamples(taps, baseline);
        data.ifPresent(rows -> samples.run(backend, tapped, rows));
        String known = baseline.with(taps, samples).print();
        Graph described = tapped.edit().metadata(DriftBaseline.METADATA_KEY, known).build();
        try (StagedFile stage = StagedFile.beside(copy, false)) {
            backend.write(described, backend.target(Target.Name.ANY), stage.path());
            stage.commit();
        }
        return taps.stream().map(Tap::value).toList();
    }

    /** Empty if the value has a scale per channel, or integers that are not monitored. */
    private static Optional<Tap> tap(Graph graph, Node quantize) {
        Optional<Tensor> scale = graph.constant(quantize.input(1));
        if (scale.isEmpty()
                || scale.get().elementCount() != 1
                || !Elements.isReadable(integers(graph, quantize))) {
            return Optional.empty();
        }
        int zeroPoint = zeroPoint(graph, quantize).map(zero -> zero.toInts()[0]).orElse(0);
        return Optional.of(
                new Tap(
                        quantize.input(0),
                        quantize.output(),
                        scale.get().toFloats()[0],
                        zeroPoint));
    }

    private static Optional<Tensor> zeroPoint(Graph graph, Node quantize) {
        return quantize.inputs().size() > 2 ? graph.constant(quantize.input(2)) : Optional.empty();
    }

    private static DataType integers(Graph graph, Node quantize) {
        return zeroPoint(graph, quantize).map(Tensor::dataType).orElse(DataType.UINT8);
    }

    private static ValueType type(Graph graph, Node quantize) {
        ValueType known = graph.type(quantize.output());
        return known instanceof ValueType.TensorType
                ? known
                : new ValueType.TensorType(integers(graph, quantize), null);
    }
}
