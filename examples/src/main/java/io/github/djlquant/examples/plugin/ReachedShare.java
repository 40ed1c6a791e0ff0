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
package io.github.djlquant.examples.plugin;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.observe.Measure;
import io.github.djlquant.observe.MeasureSite;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import java.util.List;
import java.util.Map;

/**
 * An observer of one's own: the share of elements that lie above a limit. The engine computes one
 * number of each batch, in the operators of its dialect.
 *
 * <pre>
 *   x -> Less(limit, x) -> Cast -> ReduceMean        x -> gt(limit) -> to -> mean
 * </pre>
 */
final class ReachedShare {

    private static final long FLOAT_IN_ONNX = 1;
    private static final long FLOAT_IN_TORCH = 6;

    private final float limit;

    /** The share of elements above a limit. */
    ReachedShare(float limit) {
        this.limit = limit;
    }

    /** What calibration is asked for. */
    Measure measure() {
        return Measure.of("ShareAbove" + limit, Measure.Merge.SUM)
                .in(OpType.ONNX, this::inOnnx)
                .in(OpType.ATEN, this::inTorch);
    }

    /** The mean over the batches; NaN if it was not asked for. */
    double of(Statistics statistics) {
        return statistics
                .measured(measure())
                .map(sum -> sum[0] / statistics.batches())
                .orElse(Double.NaN);
    }

    private String inOnnx(MeasureSite site) {
        String constant = site.constant(Tensor.ofFloat(limit));
        String above = onnx(site, "Less", Map.of(), constant, site.value());
        String ones = onnx(site, "Cast", Map.of("to", Attribute.of(FLOAT_IN_ONNX)), above);
        return onnx(site, "ReduceMean", Map.of("keepdims", Attribute.of(0)), ones);
    }

    private static String onnx(
            MeasureSite site, String op, Map<String, Attribute> attributes, String... inputs) {
        return site.insert(
                (name, outputs) ->
                        new Node(name, OpType.onnx(op), List.of(inputs), outputs, attributes));
    }

    private String inTorch(MeasureSite site) {
        Argument value = Argument.of(site.value());
        String above = torch(site, "gt", value, Argument.literal((double) limit));
        String ones = torch(site, "to", Argument.of(above), Argument.literal(FLOAT_IN_TORCH));
        return torch(site, "mean", Argument.of(ones));
    }

    private static String torch(MeasureSite site, String op, Argument... arguments) {
        return site.insert(new Call(new OpType(OpType.ATEN, op), List.of(arguments))::node);
    }
}
