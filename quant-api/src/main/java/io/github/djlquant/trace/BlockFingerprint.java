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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * The SHA-256 of what a Block is made of: the tree of its classes, and its parameters with all
 * their elements. It costs a look at each weight, and says nothing of what the Block's code does
 * with them.
 */
final class BlockFingerprint {

    private BlockFingerprint() {}

    /**
     * Computes the fingerprint; parameters are read on several threads.
     *
     * @param block a Block with initialized parameters
     * @return lower-case hexadecimal
     */
    static String of(Block block) {
        List<String> tree = new ArrayList<>();
        List<NDArray> arrays = new ArrayList<>();
        walk(block, "", tree, arrays);
        List<byte[]> elements = arrays.parallelStream().map(BlockFingerprint::elements).toList();
        MessageDigest digest = Sha256.begin();
        digest.update(String.join("\n", tree).getBytes(StandardCharsets.UTF_8));
        elements.forEach(digest::update);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void walk(Block block, String path, List<String> tree, List<NDArray> arrays) {
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
            walk(child.getValue(), path + "/" + child.getKey(), tree, arrays);
        }
    }

    /** The engine's own memory where it can be had. */
    private static byte[] elements(NDArray array) {
        MessageDigest digest = Sha256.begin();
        ByteBuffer own = Objects.requireNonNull(array.toByteBuffer(true)).duplicate();
        digest.update(own);
        return digest.digest();
    }
}
