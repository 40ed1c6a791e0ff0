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
package io.github.djlquant.transform.equalize;

import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.calibrate.Range;
import io.github.djlquant.calibrate.RangeSelection;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import io.github.djlquant.plan.Macs;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.scheme.TensorScheme;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives the network's input nine bits: in small networks its rounding to eight is the largest
 * single error.
 *
 * <pre>
 *    x                  x
 *    |                 / \
 *  conv(w, b)   =&gt;  x-d   x+d         d = S / 4
 *    |                 \ /
 *                    concat
 *                      |
 *               conv([w/2, w/2], b)
 * </pre>
 *
 * <p>In floats both sides are equal, at zero padding too. Rounded to the same scale S, the two
 * halves add up to round((x - S/4) / S) + round((x + S/4) / S) = round(2x / S) (Hermite's identity
 * with its origin moved), weighted by w/2: x rounded to half steps. It doubles the work of the
 * first convolution, so it fires only where that is a small share of the network's.
 */
public final class SplitInput implements BlockTransform {

    /** The first convolution may hold at most this share of all multiply-accumulates. */
    private static final double SMALL = 0.02;

    private static final int FEW_CHANNELS = 4;

    /** Creates the transform; called by ServiceLoader. */
    public SplitInput() {}

    @Override
    public Phase phase() {
        return Phase.EQUALIZE;
    }

    @Override
    public int order() {
        return 100;
    }

    @Override
    public boolean requires(TransformContext context) {
        return context.recipe().splitInput()
                && context.target().kernels().splitsInput()
                && context.statistics().isPresent()
                && context.recipe().activations().equals(TensorScheme.UINT8_ACTIVATION);
    }

    @Override
    public Graph apply(Graph graph, TransformContext context) {
        CalibrationTable table = context.statistics().orElseThrow();
        Macs macs = new Macs(graph, context.catalog(), context.sample());
        GraphEditor editor = graph.edit();
        boolean changed = false;
        for (Value input : graph.inputs()) {
            Optional<Statistics> seen = table.get(input.name());
            Optional<Node> reader = onlyReader(graph, context, input.name());
            if (seen.isEmpty() || reader.isEmpty()) {
                continue;
            }
            Optional<String> obstacle = obstacle(graph, context, macs, input, reader.get());
            if (obstacle.isPresent()) {
                context.didNotFire(name(), reader.get().name(), obstacle.get());
                continue;
            }
            split(graph, context, editor, input, reader.get(), seen.get());
            context.fired(
                    name(),
                    reader.get().name(),
                    "reads %" + input.name() + " in two halves, as nine bits");
            changed = true;
        }
        return changed ? editor.build() : graph;
    }

    private static Optional<Node> onlyReader(Graph graph, TransformContext context, String value) {
        List<Node> readers = graph.consumers(value);
        return readers.size() == 1
                        && !graph.isOutput(value)
                        && context.catalog().role(readers.get(0)) == Role.CONVOLUTION
                        && readers.get(0).inputs().stream().filter(value::equals).count() == 1
                ? Optional.of(readers.get(0))
                : Optional.empty();
    }

    private static Optional<String> obstacle(
            Graph graph, TransformContext context, Macs macs, Value input, Node convolution) {
        OpSpec spec = context.catalog().spec(convolution);
        Optional<Tensor> weight = spec.input(convolution, Port.WEIGHT).flatMap(graph::constant);
        if (weight.isEmpty() || weight.get().dataType() != DataType.FLOAT) {
            return Optional.of("its weight is no float constant");
        }
        if (!(input.type() instanceof ValueType.TensorType type)
                || type.dataType() != DataType.FLOAT) {
            return Optional.of("the network's input is not float");
        }
        if (!context.recipe().scope().holds(convolution.name(), convolution.op().name())) {
            return Optional.of("the recipe's scope leaves it out");
        }
        if (context.kept(input.name()).isPresent()) {
            return Optional.of("the source gave its input a scale");
        }
        if (spec.layer().window(convolution).filter(w -> w.groups() == 1).isEmpty()
                || weight.get().shape().size(1) > FEW_CHANNELS) {
            return Optional.of(
                    "it is grouped, or has more than " + FEW_CHANNELS + " input channels");
        }
        long all = graph.nodes().stream().mapToLong(macs::of).sum();
        if (macs.of(convolution) == 0 || macs.of(convolution) > SMALL * all) {
            return Optional.of(
                    String.format(
                            java.util.Locale.ROOT,
                            "it holds %.1f %% of the work, too much to double",
                            100.0 * macs.of(convolution) / all));
        }
        return Optional.empty();
    }

    private static void split(
            Graph graph,
            TransformContext context,
            GraphEditor editor,
            Value input,
            Node convolution,
            Statistics seen) {
        float offset = scale(seen, context.recipe()) / 4;
        String low = shifted(editor, input, -offset, "lower_half");
        String high = shifted(editor, input, offset, "upper_half");
        String both = editor.freshName(input.name() + "_halves");
        editor.make(
                OpType.onnx("Concat"), List.of(low, high), Map.of("axis", Attribute.of(1L)), both);
        tellTwice(editor, both, (ValueType.TensorType) input.type());
        OpSpec spec = context.catalog().spec(convolution);
        String weight = spec.input(convolution, Port.WEIGHT).orElseThrow();
        String halves =
                editor.newConstant(
                        weight + "_halves", halves(graph.constant(weight).orElseThrow()));
        editor.put(
                convolution
                        .withInput(spec.ports().get(Port.DATA), both)
                        .withInput(spec.ports().get(Port.WEIGHT), halves));
        Statistics lower = seen.shifted(-offset);
        Statistics upper = seen.shifted(offset);
        context.derive(low, lower);
        context.derive(high, upper);
        context.derive(both, lower.beside(upper));
    }

    /** The halves' concatenation has the input's type with twice the channels. */
    private static void tellTwice(GraphEditor editor, String both, ValueType.TensorType type) {
        if (type.shape() != null && type.shape().rank() > 1 && type.shape().size(1) > 0) {
            List<Dimension> sizes = new ArrayList<>(type.shape().dimensions());
            sizes.set(1, new Dimension.Fixed(2 * type.shape().size(1)));
            editor.type(both, new ValueType.TensorType(type.dataType(), new Shape(sizes)));
        }
    }

    /** The scale that the plan will choose; the halves, d apart, widen it by less than 1 %. */
    private static float scale(Statistics seen, Recipe recipe) {
        TensorScheme scheme = recipe.activations();
        Range range = RangeSelection.select(seen, scheme, recipe.ranges());
        return scheme.parametersFor(range.min(), range.max()).scale();
    }

    private static String shifted(GraphEditor editor, Value input, float offset, String name) {
        String made = editor.freshName(input.name() + "_" + name);
        String constant = editor.newConstant(made + "_offset", Tensor.ofFloat(offset));
        editor.make(OpType.onnx("Add"), List.of(input.name(), constant), Map.of(), made);
        editor.type(made, input.type());
        return made;
    }

    /** [O, C, ...] to [O, 2C, ...]: every output channel's row twice, halved. */
    private static Tensor halves(Tensor weight) {
        long[] sizes = weight.shape().toArray();
        float[] values = weight.toFloats();
        int rows = (int) sizes[0];
        int width = rows == 0 ? 0 : values.length / rows;
        float[] twice = new float[2 * values.length];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < width; i++) {
                float half = values[row * width + i] / 2;
                twice[2 * row * width + i] = half;
                twice[(2 * row + 1) * width + i] = half;
            }
        }
        sizes[1] *= 2;
        return Tensor.ofFloats(twice, sizes);
    }
}
