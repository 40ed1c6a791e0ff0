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

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds which layer of the written file a kernel of the optimized graph stands for. The runtime
 * keeps the names of most nodes, but names what it fuses or lays out anew after the node or after
 * the value that comes out:
 *
 * <pre>
 *   Conv c -&gt; Relu r     becomes   Conv r_nchwc
 *   MatMul m -&gt; Add s    becomes   Gemm m/MatMulAddFusion
 *   Gemm g -&gt; Relu r     becomes   FusedGemm "fused g"
 *   DQ -&gt; Conv c -&gt; Q    becomes   QLinearConv c_token_2
 * </pre>
 */
final class WrittenNames {

    private static final Pattern DECORATED =
            Pattern.compile(
                    "(?s)(?:fused )*(.+?)(?:_nchwc|/MatMulAddFusion|_FusedMatMulAndScale"
                            + "|/MatmulTransposeFusion/?|_token_\\d+)*");

    private final Graph written;
    private final Predicate<Node> layer;
    private final Predicate<Node> border;
    private final Map<String, Node> nodes = new HashMap<>();
    private final Set<String> taken = new HashSet<>();

    /**
     * Starts with nothing found.
     *
     * @param written the file as it was written
     * @param optimized what the runtime made of it
     * @param layer tells what is looked for
     * @param border tells what no kernel reaches across
     */
    WrittenNames(Graph written, Graph optimized, Predicate<Node> layer, Predicate<Node> border) {
        this.written = written;
        this.layer = layer;
        this.border = border;
        written.nodes().forEach(node -> nodes.put(node.name(), node));
        optimized.nodes().forEach(kernel -> named(kernel).ifPresent(taken::add));
    }

    /** Returns the name of the layer in the written file, else the kernel's own. */
    String of(Node kernel) {
        Optional<String> found = named(kernel);
        if (found.isEmpty() && layer.test(kernel)) {
            found =
                    behind(
                            Stream.concat(
                                    Stream.of(plain(kernel.name())), kernel.outputs().stream()));
            found.ifPresent(taken::add);
        }
        return found.orElse(kernel.name());
    }

    /** The layer of the same name, whatever the runtime put before or behind it. */
    private Optional<String> named(Node kernel) {
        return nodes.containsKey(kernel.name())
                ? Optional.of(kernel.name())
                : Optional.ofNullable(nodes.get(plain(kernel.name())))
                        .filter(layer)
                        .map(Node::name);
    }

    private static String plain(String name) {
        Matcher matcher = DECORATED.matcher(name);
        return matcher.matches() ? matcher.group(1) : name;
    }

    /**
     * Walks from values against the data flow to the nearest layers; the first that no other kernel
     * stands for is it, since a sum that was fused into a convolution often adds another one's
     * result.
     */
    private Optional<String> behind(Stream<String> values) {
        Deque<String> next = new ArrayDeque<>(values.toList());
        Set<String> seen = new HashSet<>(next);
        while (!next.isEmpty()) {
            Node node = written.producer(next.remove()).orElse(null);
            if (node == null || border.test(node)) {
                continue;
            }
            if (layer.test(node)) {
                if (!taken.contains(node.name())) {
                    return Optional.of(node.name());
                }
                continue;
            }
            node.inputs().stream().filter(seen::add).forEach(next::add);
        }
        return Optional.empty();
    }
}
