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
package io.github.djlquant.onnx;

import io.github.djlquant.graph.Node;
import java.util.List;

/**
 * Height and width of a feature map.
 *
 * @param height rows, or {@link #UNKNOWN}
 * @param width columns, or {@link #UNKNOWN}
 */
record PlaneSize(long height, long width) {

    /** Stands for an extent that is not known. */
    static final long UNKNOWN = -1;

    /** Nothing is known. */
    static final PlaneSize NONE = new PlaneSize(UNKNOWN, UNKNOWN);

    /** What a global pooling leaves. */
    static final PlaneSize POINT = new PlaneSize(1, 1);

    boolean isKnown() {
        return height > 0 && width > 0;
    }

    /**
     * The plane behind a convolution or pooling of this one, by the formula of the ONNX operators:
     * {@code floor((size + pads - dilation * (kernel - 1) - 1) / stride) + 1}.
     *
     * @param node the convolution or pooling
     * @param kernel its kernel, from the weight or the attribute
     */
    PlaneSize windowed(Node node, List<Long> kernel) {
        boolean plain =
                node.stringAttribute("auto_pad", "NOTSET").equals("NOTSET")
                        && node.intAttribute("ceil_mode", 0) == 0;
        if (!isKnown() || !plain || kernel.size() != 2) {
            return NONE;
        }
        return new PlaneSize(extent(node, kernel, 0, height), extent(node, kernel, 1, width));
    }

    private static long extent(Node node, List<Long> kernel, int axis, long size) {
        List<Long> pads = node.intsAttribute("pads");
        List<Long> strides = node.intsAttribute("strides");
        List<Long> dilations = node.intsAttribute("dilations");
        long padded = size + (pads.size() == 4 ? pads.get(axis) + pads.get(axis + 2) : 0);
        long dilation = dilations.size() == 2 ? dilations.get(axis) : 1;
        long stride = strides.size() == 2 ? strides.get(axis) : 1;
        long room = padded - dilation * (kernel.get(axis) - 1) - 1;
        return room < 0 || stride < 1 ? UNKNOWN : room / stride + 1;
    }

    /** The plane of an elementwise result: a known extent above 1 is that of the result. */
    PlaneSize broadcast(PlaneSize other) {
        return new PlaneSize(broadcast(height, other.height), broadcast(width, other.width));
    }

    /** The other operand has the same extent or 1. */
    static long broadcast(long first, long second) {
        long larger = Math.max(first, second);
        return larger > 1 || first == second ? larger : UNKNOWN;
    }
}
