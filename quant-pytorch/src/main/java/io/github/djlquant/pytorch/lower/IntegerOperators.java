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

import io.github.djlquant.graph.OpType;
import java.util.Set;

/**
 * Which of libtorch's operators take quantized tensors as they are, tried out in 2.7.1. Of the rest
 * (adaptive_max_pool2d, gather, roll, amax, where, replication_pad2d, upsample_nearest1d, ...) most
 * raise an error.
 */
final class IntegerOperators {

    /** They move or compare integers; scale and zero point stay. */
    static final Set<String> MOVERS =
            Set.of(
                    "alias",
                    "channel_shuffle",
                    "chunk",
                    "clone",
                    "constant_pad_nd",
                    "contiguous",
                    "detach",
                    "dropout",
                    "expand",
                    "expand_as",
                    "feature_dropout",
                    "flatten",
                    "flip",
                    "index",
                    "index_select",
                    "masked_fill",
                    "max_pool1d",
                    "max_pool2d",
                    "max_pool3d",
                    "movedim",
                    "narrow",
                    "pad",
                    "permute",
                    "pixel_shuffle",
                    "pixel_unshuffle",
                    "reflection_pad1d",
                    "reflection_pad2d",
                    "relu",
                    "repeat",
                    "reshape",
                    "reshape_as",
                    "select",
                    "slice",
                    "split",
                    "squeeze",
                    "stack",
                    "t",
                    "transpose",
                    "unbind",
                    "unflatten",
                    "unsqueeze",
                    "upsample_nearest2d",
                    "upsample_nearest3d",
                    "view",
                    "view_as");

    /** They average integers and round; scale and zero point stay. */
    static final Set<String> AVERAGES =
            Set.of(
                    "adaptive_avg_pool1d",
                    "adaptive_avg_pool2d",
                    "adaptive_avg_pool3d",
                    "avg_pool1d",
                    "avg_pool2d",
                    "avg_pool3d",
                    "mean",
                    "upsample_bilinear2d");

    /** They cut integers off; scale and zero point stay. */
    static final Set<String> CLAMPS = Set.of("clamp", "hardtanh", "relu6");

    /** They ask for the extents of a tensor, not for its elements. */
    static final Set<String> EXTENTS = Set.of("dim", "len", "numel", "size");

    private IntegerOperators() {}

    /** Tells whether an operator takes quantized tensors as they are. */
    static boolean takes(OpType op) {
        return op.dialect().equals(OpType.PRIM)
                || op.dialect().equals(OpType.ATEN)
                        && (MOVERS.contains(op.name())
                                || AVERAGES.contains(op.name())
                                || CLAMPS.contains(op.name())
                                || EXTENTS.contains(op.name())
                                || op.name().equals("cat"));
    }
}
