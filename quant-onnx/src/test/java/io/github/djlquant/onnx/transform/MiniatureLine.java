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
package io.github.djlquant.onnx.transform;

import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.calibrate.ObservationRequest;
import io.github.djlquant.calibrate.RangeMethod;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.observe.ChannelSums;
import io.github.djlquant.observe.ExactSum;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.plan.Planner;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.reference.ReferenceRunner;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.TransformPipeline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The whole line on a small graph, calibrated by the naive kernels. */
record MiniatureLine(Graph prepared, QuantPlan plan, Graph converted, TransformContext context) {

    static final Target ANY = new OnnxBackend().target(Target.Name.ANY);
    static final Recipe MIN_MAX =
            Recipe.staticInt8().withRanges(new RangeMethod.MinMax()).withBiasCorrection(false);

    static MiniatureLine of(Graph graph, Recipe recipe, List<Map<String, Tensor>> batches) {
        TransformContext context = new TransformContext(OnnxOpCatalog.catalog(), recipe, ANY);
        TransformPipeline pipeline = TransformPipeline.load();
        Graph prepared = pipeline.run(Phase.FUSE, graph, context);
        Map<String, ObservationRequest> wanted = new Planner(prepared, context).valuesToObserve();
        TransformContext informed = context.withStatistics(observe(prepared, wanted, batches));
        Graph equalized = pipeline.run(Phase.EQUALIZE, prepared, informed);
        QuantPlan plan = new Planner(equalized, informed).plan();
        TransformContext planned = informed.withPlan(plan);
        Graph rounded = pipeline.run(Phase.ROUND, equalized, planned);
        Graph converted = pipeline.run(Phase.CONVERT, rounded, planned);
        return new MiniatureLine(prepared, plan, converted, planned);
    }

    private static CalibrationTable observe(
            Graph graph,
            Map<String, ObservationRequest> wanted,
            List<Map<String, Tensor>> batches) {
        Graph exposed =
                graph.edit()
                        .outputs(
                                old -> {
                                    List<Value> all = new ArrayList<>();
                                    wanted.keySet().forEach(v -> all.add(new Value(v, floats())));
                                    return all;
                                })
                        .build();
        Map<String, Statistics> table = new LinkedHashMap<>();
        try (ReferenceRunner runner = new ReferenceRunner(exposed)) {
            for (Map<String, Tensor> batch : batches) {
                runner.run(batch)
                        .forEach(
                                (name, tensor) ->
                                        table.merge(
                                                name,
                                                statistics(tensor, wanted.get(name)),
                                                Statistics::merge));
            }
        }
        return new CalibrationTable(table);
    }

    private static Statistics statistics(Tensor tensor, ObservationRequest request) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (float value : tensor.toFloats()) {
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        Statistics extremes = new Statistics(min, max);
        return request.channelAxis().isEmpty()
                ? extremes
                : new Statistics(
                        min,
                        max,
                        extremes.histogram(),
                        extremes.minima(),
                        extremes.maxima(),
                        1,
                        1,
                        Optional.of(means(tensor, request.channelAxis().getAsInt())),
                        Map.of());
    }

    private static ChannelSums means(Tensor tensor, int axis) {
        int channels = (int) tensor.shape().size(axis);
        int inner = 1;
        for (int i = axis + 1; i < tensor.shape().rank(); i++) {
            inner *= (int) tensor.shape().size(i);
        }
        float[] values = tensor.toFloats();
        double[] sums = new double[channels];
        for (int i = 0; i < values.length; i++) {
            sums[i / inner % channels] += values[i] / ((double) values.length / channels);
        }
        List<ExactSum> exact = new ArrayList<>();
        for (double sum : sums) {
            exact.add(ExactSum.of((float) sum));
        }
        return new ChannelSums(exact, 1);
    }

    private static ValueType floats() {
        return new ValueType.TensorType(DataType.FLOAT, null);
    }

    /** 10 log10(signal / noise) of all outputs pooled. */
    static double sqnr(Map<String, Tensor> expected, Map<String, Tensor> actual) {
        return sqnr(List.of(expected), List.of(actual));
    }

    /** 10 log10(signal / noise) of all outputs of all runs pooled. */
    static double sqnr(List<Map<String, Tensor>> expected, List<Map<String, Tensor>> actual) {
        double signal = 0;
        double noise = 1e-30;
        for (int run = 0; run < expected.size(); run++) {
            for (Map.Entry<String, Tensor> output : expected.get(run).entrySet()) {
                float[] wanted = output.getValue().toFloats();
                float[] found = actual.get(run).get(output.getKey()).toFloats();
                for (int i = 0; i < wanted.length; i++) {
                    signal += (double) wanted[i] * wanted[i];
                    noise += Math.pow((double) wanted[i] - found[i], 2);
                }
            }
        }
        return 10 * Math.log10(signal / noise);
    }
}
