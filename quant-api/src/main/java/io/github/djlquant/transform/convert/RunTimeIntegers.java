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
package io.github.djlquant.transform.convert;

import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import java.util.List;
import java.util.Map;

/**
 * What a value is once it is quantized at run time.
 *
 * @param integers the value of its integers
 * @param scale the value of their scale
 * @param zeroPoint the value of their zero point
 */
record RunTimeIntegers(String integers, String scale, String zeroPoint) {

    /** Puts a node that quantizes a value by its own range. */
    static RunTimeIntegers of(String value, GraphEditor editor) {
        RunTimeIntegers made =
                new RunTimeIntegers(
                        editor.freshName(value + "_quantized"),
                        editor.freshName(value + "_scale"),
                        editor.freshName(value + "_zero_point"));
        editor.put(
                new Node(
                        editor.freshName(value + "/DynamicQuantizeLinear"),
                        OpType.onnx("DynamicQuantizeLinear"),
                        List.of(value),
                        made.names(),
                        Map.of()));
        return made;
    }

    /** In the order in which quantize yields and dequantize reads them. */
    List<String> names() {
        return List.of(integers, scale, zeroPoint);
    }
}
