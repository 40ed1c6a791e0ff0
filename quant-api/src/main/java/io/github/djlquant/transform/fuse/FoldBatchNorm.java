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
package io.github.djlquant.transform.fuse;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import io.github.djlquant.recipe.Fusion;
import io.github.djlquant.transform.NodeRewrite;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.Arrays;
import java.util.Optional;

/**
 * Takes a batch norm into the layer before it.
 *
 * <pre>
 *   x   w   b   gamma beta mean var           x   w'  b'
 *    \  |  /      |    |    |   |              \  |  /
 *     layer ------ batch norm          =&gt;       layer
 *                      |                          |
 *                      y                          y
 * </pre>
 *
 * With a = gamma / sqrt(var + epsilon), per output channel o:
 *
 * <pre>
 *   y_o = a_o (w_o x + b_o - mean_o) + beta_o,   so   w'_o = a_o w_o,   b'_o = a_o (b_o - mean_o) + beta_o
 * </pre>
 *
 * (Jacob et al. 2018, section 3.2.) The layer is a convolution, grouped or not, a transposed one,
 * or a linear layer, with a constant weight. A weight that other nodes read too stays as it is for
 * them: the layer gets a copy of its own. A batch norm <em>before</em> a convolution is left alone:
 * padding would add 0 where the norm's output has a shift.
 */
public final class FoldBatchNorm extends NodeRewrite {

    /** Creates the transform; called by ServiceLoader. */
    public FoldBatchNorm() {}

    @Override
    public Phase phase() {
        return Phase.FUSE;
    }

    @Override
    public int order() {
        return 100;
    }

    @Override
    public boolean requires(TransformContext context) {
        return context.recipe().fusion() != Fusion.NONE;
    }

    @Override
    protected Outcome rewrite(Graph graph, Node norm, TransformContext context) {
        if (context.catalog().role(norm) != Role.BATCH_NORM) {
            return Outcome.unconcerned();
        }
        OpSpec spec = context.catalog().spec(norm);
        Optional<Node> layer = spec.input(norm, Port.DATA).flatMap(graph::producer);
        String obstacle =
                spec.irregular()
                        .apply(graph, norm)
                        .orElseGet(
                                () ->
                                        layer.map(l -> layerObstacle(graph, l, norm, context))
                                                .orElse("no layer stands before it"));
        if (!obstacle.isEmpty()) {
            return new Outcome.Left(obstacle);
        }
        OpSpec layerSpec = context.catalog().spec(layer.orElseThrow());
        Optional<Affine> affine = Affine.of(graph, spec, norm);
        if (affine.isEmpty()) {
            return new Outcome.Left("its statistics are no usable constants");
        }
        return fold(graph, layer.get(), layerSpec, norm, affine.get())
                .<Outcome>map(
                        folded -> new Outcome.Rewritten(folded, "taken into " + layer.get().name()))
                .orElse(new Outcome.Left("its channels are not the output channels of the layer"));
    }

    private static String layerObstacle(
            Graph graph, Node layer, Node norm, TransformContext context) {
        OpSpec spec = context.catalog().spec(layer);
        boolean folds =
                switch (spec.role()) {
                    case CONVOLUTION, TRANSPOSED_CONVOLUTION, LINEAR -> true;
                    default -> false;
                };
        if (!folds) {
            return "no layer stands before it";
        }
        if (spec.irregular().apply(graph, layer).isPresent()) {
            return "the layer before it is not plain: "
                    + spec.irregular().apply(graph, layer).get();
        }
        if (graph.isOutput(norm.input(0)) || graph.consumers(norm.input(0)).size() > 1) {
            return "the output of the layer before it is read elsewhere too";
        }
        if (!isFloatConstant(graph, spec.input(layer, Port.WEIGHT).orElse(""))) {
            return "the weight of the layer before it is no float constant";
        }
        Optional<String> bias = spec.input(layer, Port.BIAS);
        return bias.isPresent() && !isFloatConstant(graph, bias.get())
                ? "the bias of the layer before it is no float constant"
                : "";
    }

    private static boolean isFloatConstant(Graph graph, String value) {
        return graph.constant(value).filter(t -> t.dataType() == DataType.FLOAT).isPresent();
    }

    private static Optional<Graph> fold(
            Graph graph, Node layer, OpSpec spec, Node norm, Affine affine) {
        String weightName = spec.input(layer, Port.WEIGHT).orElseThrow();
        Tensor weight = graph.constant(weightName).orElseThrow();
        Optional<OutputChannels> channels = OutputChannels.of(graph, spec, layer, weight);
        Optional<String> biasName = spec.input(layer, Port.BIAS);
        float[] bias =
                biasName.map(b -> graph.constant(b).orElseThrow().toFloats()).orElse(new float[0]);
        int count = affine.factor().length;
        if (channels.isEmpty()
                || channels.get().count() != count
                || bias.length > 1 && bias.length != count) {
            return Optional.empty();
        }
        float[] scaled = weight.toFloats();
        channels.get().multiply(scaled, affine.factor());
        float[] shifted = new float[count];
        for (int o = 0; o < count; o++) {
            double before = bias.length == 0 ? 0 : bias[bias.length == 1 ? 0 : o];
            shifted[o] = (float) (affine.factor()[o] * before + affine.shift()[o]);
        }
        GraphEditor editor = graph.edit();
        String newWeight =
                editor.newConstant(
                        weightName + "_folded", Tensor.ofFloats(scaled, weight.shape().toArray()));
        String newBias =
                editor.newConstant(
                        biasName.orElse(layer.name() + "_bias") + "_folded",
                        Tensor.ofFloats(shifted, count));
        editor.put(
                layer.withInput(spec.ports().get(Port.WEIGHT), newWeight)
                        .withInput(spec.ports().get(Port.BIAS), newBias)
                        .withOutputs(norm.outputs().subList(0, 1)));
        editor.remove(norm.name());
        return Optional.of(editor.build());
    }

    /** What a batch norm does to a channel: y = factor x + shift. */
    private record Affine(double[] factor, double[] shift) {

        static Optional<Affine> of(Graph graph, OpSpec spec, Node norm) {
            Optional<float[]> mean = floats(graph, spec, norm, Port.MEAN);
            int channels = mean.map(values -> values.length).orElse(0);
            Optional<float[]> gamma = floats(graph, spec, norm, Port.WEIGHT, channels, 1);
            Optional<float[]> beta = floats(graph, spec, norm, Port.BIAS, channels, 0);
            Optional<float[]> variance = floats(graph, spec, norm, Port.VARIANCE);
            if (gamma.isEmpty() || beta.isEmpty() || mean.isEmpty() || variance.isEmpty()) {
                return Optional.empty();
            }
            int count = gamma.get().length;
            if (beta.get().length != count
                    || mean.get().length != count
                    || variance.get().length != count) {
                return Optional.empty();
            }
            double epsilon = spec.epsilon().apply(graph, norm);
            double[] factor = new double[count];
            double[] shift = new double[count];
            for (int o = 0; o < count; o++) {
                factor[o] = gamma.get()[o] / Math.sqrt(variance.get()[o] + epsilon);
                shift[o] = beta.get()[o] - factor[o] * mean.get()[o];
                if (!Double.isFinite(factor[o]) || !Double.isFinite(shift[o])) {
                    return Optional.empty();
                }
            }
            return Optional.of(new Affine(factor, shift));
        }

        /** A norm may do without a factor or a shift. */
        private static Optional<float[]> floats(
                Graph graph, OpSpec spec, Node norm, Port port, int channels, float absent) {
            if (spec.input(norm, port).isPresent()) {
                return floats(graph, spec, norm, port);
            }
            float[] same = new float[channels];
            Arrays.fill(same, absent);
            return Optional.of(same);
        }

        private static Optional<float[]> floats(Graph graph, OpSpec spec, Node norm, Port port) {
            return spec.input(norm, port)
                    .flatMap(graph::constant)
                    .filter(t -> t.dataType() == DataType.FLOAT)
                    .map(Tensor::toFloats);
        }
    }
}
