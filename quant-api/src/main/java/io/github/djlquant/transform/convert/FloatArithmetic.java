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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import java.util.List;
import java.util.Map;

/**
 * Puts plain arithmetic into a graph: integers become real values by a cast and a product, which no
 * engine takes for a dequantize. Nodes are named after what they serve.
 */
final class FloatArithmetic {

    /** The code of binary32 in ONNX's Cast. */
    private static final long FLOAT = 1;

    private final GraphEditor editor;

    FloatArithmetic(GraphEditor editor) {
        this.editor = editor;
    }

    /** Casts integers and returns the floats' name. */
    String cast(String served, String integers, String wanted) {
        String made = editor.freshName(wanted);
        put(served, "Cast", List.of(integers), made, Map.of("to", Attribute.of(FLOAT)));
        return made;
    }

    /** Combines two values into one of a fresh name and returns that. */
    String combine(String served, String op, String first, String second, String wanted) {
        String made = editor.freshName(wanted);
        combineAs(served, op, first, second, made);
        return made;
    }

    /** Combines two values into one of a given name. */
    void combineAs(String served, String op, String first, String second, String made) {
        put(served, op, List.of(first, second), made, Map.of());
    }

    private void put(
            String served,
            String op,
            List<String> reads,
            String made,
            Map<String, Attribute> attributes) {
        editor.put(
                new Node(
                        editor.freshName(served + "/" + op),
                        OpType.onnx(op),
                        reads,
                        List.of(made),
                        attributes));
    }
}
