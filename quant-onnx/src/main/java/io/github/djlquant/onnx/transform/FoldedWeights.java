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

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;

/**
 * A convolution's constants with a normalization of its input in them.
 *
 * @param weight [O, C, ...], or [O, C + 1, ...]
 * @param bias [O]
 */
record FoldedWeights(Tensor weight, Tensor bias) {

    /**
     * What normalization makes of the zero point goes to the bias, as is right where every tap of
     * the kernel lies in the image or the zero point is normalized to 0; else to a channel of its
     * own, which holds minus the zero point in the image only.
     *
     * @param ownChannel true for the channel
     */
    static FoldedWeights of(
            Graph graph,
            OpSpec spec,
            Node node,
            PixelChain chain,
            FoldNormalization.Centered centered,
            boolean ownChannel) {
        Folding folding = new Folding(graph, spec, node, chain, centered);
        return new FoldedWeights(folding.scaled(ownChannel ? 1 : 0), folding.bias(!ownChannel));
    }

    /** Gives the constants to a convolution. */
    Node into(GraphEditor editor, OpSpec spec, Node node) {
        String weightName = editor.newConstant(node.name() + "_weight_folded", weight);
        String biasName = editor.newConstant(node.name() + "_bias_folded", bias);
        return node.withInput(spec.ports().get(Port.WEIGHT), weightName)
                .withInput(spec.ports().get(Port.BIAS), biasName);
    }

    /** Sums over a kernel. */
    private static final class Folding {
        private final long[] sizes;
        private final float[] weight;
        private final float[] bias;
        private final PixelChain chain;
        private final FoldNormalization.Centered centered;
        private final int rows;
        private final int channels;
        private final int taps;

        Folding(
                Graph graph,
                OpSpec spec,
                Node node,
                PixelChain chain,
                FoldNormalization.Centered centered) {
            Tensor constant =
                    graph.constant(spec.input(node, Port.WEIGHT).orElseThrow()).orElseThrow();
            this.sizes = constant.shape().toArray();
            this.weight = constant.toFloats();
            this.chain = chain;
            this.centered = centered;
            this.rows = (int) sizes[0];
            this.channels = (int) sizes[1];
            this.taps = rows * channels == 0 ? 0 : weight.length / rows / channels;
            this.bias =
                    spec.input(node, Port.BIAS)
                            .flatMap(graph::constant)
                            .map(Tensor::toFloats)
                            .orElseGet(() -> new float[rows]);
        }

        /** a w, and behind it as many further channels as wanted, 0 or 1. */
        Tensor scaled(int further) {
            int wide = channels + further;
            float[] folded = new float[rows * wide * taps];
            for (int row = 0; row < rows; row++) {
                for (int tap = 0; tap < taps; tap++) {
                    double rest = 0;
                    for (int channel = 0; channel < channels; channel++) {
                        float each = weight[(row * channels + channel) * taps + tap];
                        folded[(row * wide + channel) * taps + tap] =
                                (float) (chain.factor()[channel] * each);
                        rest += centered.rest()[channel] * each;
                    }
                    if (further == 1) {
                        folded[(row * wide + channels) * taps + tap] =
                                (float) (-rest / centered.zeroPoint());
                    }
                }
            }
            long[] grown = sizes.clone();
            grown[1] = wide;
            return Tensor.ofFloats(folded, grown);
        }

        Tensor bias(boolean withRest) {
            float[] sums = new float[rows];
            for (int row = 0; row < rows; row++) {
                double sum = bias[row];
                for (int i = 0; withRest && i < channels * taps; i++) {
                    sum += centered.rest()[i / taps] * weight[row * channels * taps + i];
                }
                sums[row] = (float) sum;
            }
            return Tensor.ofFloats(sums, rows);
        }
    }
}
