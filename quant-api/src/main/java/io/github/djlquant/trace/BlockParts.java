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
package io.github.djlquant.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import io.github.djlquant.graph.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * What a Block is made of: the tree of its classes, and its parameters. It says nothing of what the
 * Block's code does with them.
 *
 * @param tree classes and parameters with their types and shapes, a line each
 * @param arrays the parameters that have a value, in the tree's order
 */
record BlockParts(List<String> tree, List<NDArray> arrays) {

    /**
     * Walks through a Block.
     *
     * @param block a Block with initialized parameters
     */
    static BlockParts of(Block block) {
        BlockParts parts = new BlockParts(new ArrayList<>(), new ArrayList<>());
        parts.walk(block, "");
        return parts;
    }

    private void walk(Block block, String path) {
        tree.add(path + " " + block.getClass().getName());
        for (Pair<String, Parameter> entry : block.getDirectParameters()) {
            Parameter parameter = entry.getValue();
            NDArray array = parameter.isInitialized() ? parameter.getArray() : null;
            String kind = path + "/" + entry.getKey() + " " + parameter.getType();
            if (array == null) {
                tree.add(kind + " unset");
            } else {
                tree.add(
                        kind
                                + " "
                                + array.getDataType()
                                + Arrays.toString(array.getShape().getShape()));
                arrays.add(array);
            }
        }
        for (Pair<String, Block> child : block.getChildren()) {
            walk(child.getValue(), path + "/" + child.getKey());
        }
    }

    /** The SHA-256 of all but elements, hexadecimal. */
    String structure() {
        byte[] text = String.join("\n", tree).getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(Sha256.begin().digest(text));
    }
}
