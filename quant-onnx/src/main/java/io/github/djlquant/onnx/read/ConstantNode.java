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
package io.github.djlquant.onnx.read;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;

/**
 * Reads {@code Constant} nodes as the constants they are, so that every later stage has one form of
 * constant to look for.
 */
final class ConstantNode {

    private ConstantNode() {}

    /** The node's value, or null if the node is no constant or has no dense numeric value. */
    static Tensor value(Node node) {
        if (!node.op().isOnnx("Constant")
                || !node.inputs().isEmpty()
                || node.outputs().size() != 1
                || node.output().isEmpty()
                || node.attributes().size() != 1) {
            return null;
        }
        String key = node.attributes().keySet().iterator().next();
        Attribute value = node.attributes().get(key);
        if (key.equals("value") && value instanceof Attribute.TensorAttribute a) {
            return a.value();
        } else if (key.equals("value_float") && value instanceof Attribute.FloatAttribute a) {
            return Tensor.ofFloat(a.value());
        } else if (key.equals("value_int") && value instanceof Attribute.IntAttribute a) {
            return Tensor.ofLongs(new long[] {a.value()});
        } else if (key.equals("value_floats") && value instanceof Attribute.FloatsAttribute a) {
            float[] values = new float[a.values().size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = a.values().get(i);
            }
            return Tensor.ofFloats(values, values.length);
        } else if (key.equals("value_ints") && value instanceof Attribute.IntsAttribute a) {
            long[] values = a.values().stream().mapToLong(Long::longValue).toArray();
            return Tensor.ofLongs(values, values.length);
        }
        return null;
    }
}
