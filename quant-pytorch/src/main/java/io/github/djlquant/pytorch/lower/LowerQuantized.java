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
package io.github.djlquant.pytorch.lower;

import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.pytorch.op.LiteralArguments;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Puts libtorch's quantized kernels in the place of operators between dequantize and quantize. What
 * has no kernel stays between them.
 */
public final class LowerQuantized {

    /** The kernel of each operator that has one. */
    private static final Map<OpType, Kernel> KERNELS = kernels();

    private static final ContributedKernels CONTRIBUTED = ContributedKernels.load(KERNELS.keySet());

    private LowerQuantized() {}

    private static Map<OpType, Kernel> kernels() {
        Map<OpType, Kernel> rows = new HashMap<>();
        Kernel convolution = new ConvolutionKernel();
        rows.put(aten("conv1d"), convolution);
        rows.put(aten("conv2d"), convolution);
        rows.put(aten("conv3d"), convolution);
        rows.put(aten("_convolution"), convolution);
        rows.put(aten("convolution"), convolution);
        rows.put(aten("conv_transpose1d"), convolution);
        rows.put(aten("conv_transpose2d"), convolution);
        rows.put(aten("conv_transpose3d"), convolution);
        rows.put(aten("linear"), new LinearKernel(0, 1, 2, false));
        rows.put(aten("matmul"), new LinearKernel(0, 1, -1, true));
        rows.put(aten("mm"), new LinearKernel(0, 1, -1, true));
        rows.put(aten("addmm"), unscaled(new LinearKernel(1, 2, 0, true)));
        rows.put(aten("add"), new ArithmeticKernel());
        rows.put(aten("mul"), new ArithmeticKernel());
        rows.put(aten("cat"), new ConcatKernel());
        rows.put(OpType.onnx("Concat"), new ConcatKernel());
        rows.put(aten("sigmoid"), ActivationKernel.plain());
        rows.put(aten("hardswish"), ActivationKernel.plain());
        rows.put(aten("leaky_relu"), ActivationKernel.leakyRelu());
        rows.put(aten("elu"), ActivationKernel.elu());
        rows.put(aten("embedding"), new EmbeddingKernel());
        rows.put(aten("embedding_bag"), new EmbeddingBagKernel());
        rows.put(aten("lstm"), RecurrentKernel.lstm());
        rows.put(aten("gru"), RecurrentKernel.gru());
        Kernel onIntegers = new OnIntegersKernel();
        IntegerOperators.AVERAGES.forEach(name -> rows.put(aten(name), onIntegers));
        IntegerOperators.CLAMPS.forEach(name -> rows.put(aten(name), onIntegers));
        IntegerOperators.MOVERS.forEach(name -> rows.putIfAbsent(aten(name), onIntegers));
        IntegerOperators.EXTENTS.forEach(name -> rows.put(aten(name), LowerQuantized::extents));
        return Map.copyOf(rows);
    }

    private static OpType aten(String name) {
        return new OpType(OpType.ATEN, name);
    }

    /** A product that is multiplied with a number has no kernel. */
    private static Kernel unscaled(Kernel kernel) {
        return (node, lowering) ->
                isOne(node, "alpha") && isOne(node, "beta") && kernel.lower(node, lowering);
    }

    /** Integers have the extents of what they stand for. */
    private static boolean extents(Node node, Lowering lowering) {
        Optional<QuantizedValue> integers = lowering.quantized(node.input(0));
        integers.ifPresent(v -> lowering.editor().put(node.withInput(0, v.name())));
        return integers.isPresent();
    }

    private static boolean isOne(Node node, String factor) {
        return LiteralArguments.of(node).number(factor, 1).filter(f -> f == 1).isPresent();
    }

    /**
     * Lowers a graph.
     *
     * @param graph a graph of the dialect {@code aten} in QDQ form
     * @param target where it is to run
     * @return the same function without operators of the ONNX dialect; the same instance if there
     *     was none
     * @throws io.github.djlquant.UnsupportedModelException if an operator that is left has no form
     *     in TorchScript; the message names all of them
     */
    public static Graph lower(Graph graph, Target target) {
        Graph lowered = LowerBodies.apply(graph, target);
        if (lowered.nodes().stream().noneMatch(LowerQuantized::isForeign)) {
            return lowered;
        }
        Graph followed = FollowIntegers.apply(lowered, CONTRIBUTED);
        Lowering lowering = new Lowering(followed, target.kernels().library());
        for (Node node : followed.nodes()) {
            Kernel kernel = KERNELS.get(node.op());
            if (CONTRIBUTED.has(node)) {
                CONTRIBUTED.lower(node, lowering);
            } else if (kernel != null) {
                kernel.lower(node, lowering);
            }
        }
        Graph rest = LowerRest.lower(Unread.remove(lowering.editor().build()));
        return KeepFromOneDnn.apply(MergeDynamicLayers.apply(rest), target);
    }

    static boolean isForeign(Node node) {
        return node.op().dialect().equals(OpType.ONNX)
                || node.op().dialect().equals(OpType.MICROSOFT);
    }
}
