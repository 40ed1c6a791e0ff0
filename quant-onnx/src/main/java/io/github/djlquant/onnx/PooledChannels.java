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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Joins pooled feature maps before they leave the blocked layout of ONNX Runtime: to convert each
 * of them costs more than so few numbers are worth.
 *
 * <pre>
 *   GlobalMaxPool(a)     [N, A, 1, 1] ---+
 *   GlobalAveragePool(b) [N, B, 1, 1] ---+-> Concat [N, A+B.., 1, 1] -> Reshape [-1] -> a part
 *   ..                                ---+
 * </pre>
 */
final class PooledChannels {

    /** The largest block of channels among the runtime's layouts. */
    private static final int BLOCK = 16;

    /**
     * Poolings in one part. The runtime reaches them one after another, and what lies beside their
     * feature maps only then.
     */
    private static final int TOGETHER = 16;

    /**
     * A pooling to {@code [N, C, 1, 1]}.
     *
     * @param node the pooling
     * @param depth where it stands in the network
     * @param batchOf a value with the same N
     * @param channels C
     */
    record Pool(Node node, int depth, String batchOf, long channels) {}

    /** What can be joined: one value that is not whole blocks has all of them converted. */
    private record Kind(String batchOf, boolean wholeBlocks) {

        @Override
        public boolean equals(Object other) {
            return other instanceof Kind that
                    && batchOf.equals(that.batchOf)
                    && wholeBlocks == that.wholeBlocks;
        }

        @Override
        public int hashCode() {
            return 31 * batchOf.hashCode() + Boolean.hashCode(wholeBlocks);
        }
    }

    private final List<Pool> pools;
    private final ProbeNodes nodes;
    private final ProbedGraph.Columns[] columns;
    private final Map<String, ProbedGraph.Length> lengths = new HashMap<>();

    private PooledChannels(List<Pool> pools, ProbeNodes nodes) {
        this.pools = pools;
        this.nodes = nodes;
        this.columns = new ProbedGraph.Columns[pools.size()];
    }

    /** Poolings of other feature maps don't work in the blocked layout. */
    static boolean isWholeBlocks(long channels) {
        return channels % BLOCK == 0;
    }

    /**
     * Adds the parts.
     *
     * @return where the numbers of each pooling are
     */
    static List<ProbedGraph.Columns> join(List<Pool> pools, ProbeNodes nodes) {
        return new PooledChannels(pools, nodes).join();
    }

    private List<ProbedGraph.Columns> join() {
        Map<Kind, List<Integer>> kinds = new LinkedHashMap<>();
        for (int i = 0; i < pools.size(); i++) {
            Pool pool = pools.get(i);
            Kind kind = new Kind(pool.batchOf(), isWholeBlocks(pool.channels()));
            kinds.computeIfAbsent(kind, key -> new ArrayList<>()).add(i);
        }
        for (List<Integer> alike : kinds.values()) {
            alike.sort(Comparator.comparingInt(i -> pools.get(i).depth()));
            for (int from = 0; from < alike.size(); from += TOGETHER) {
                part(alike.subList(from, Math.min(alike.size(), from + TOGETHER)));
            }
        }
        return Arrays.asList(columns);
    }

    private void part(List<Integer> members) {
        List<Node> written = new ArrayList<>();
        long all = members.stream().mapToLong(i -> pools.get(i).channels()).sum();
        members.forEach(i -> written.add(pools.get(i).node()));
        String joined = written.get(0).output();
        if (members.size() > 1) {
            List<String> pooled = written.stream().map(Node::output).toList();
            Map<String, Attribute> axis = Map.of("axis", Attribute.of(1));
            written.add(nodes.make(OpType.onnx("Concat"), pooled, axis));
            joined = written.get(written.size() - 1).output();
        }
        List<String> flat = List.of(joined, nodes.vector(-1));
        Node last = nodes.make(OpType.onnx("Reshape"), flat, Map.of());
        written.add(last);
        Pool first = pools.get(members.get(0));
        ProbedGraph.Length known =
                lengths.computeIfAbsent(
                        first.batchOf(),
                        key -> new ProbedGraph.Length(nodes.size(last.output()), 1, all));
        int part =
                nodes.part(
                        written,
                        first.depth(),
                        new ProbedGraph.Length(known.told(), all, known.per()));
        int from = 0;
        for (int member : members) {
            int count = Math.toIntExact(pools.get(member).channels());
            columns[member] = new ProbedGraph.Columns(part, from, count, Math.toIntExact(all));
            from += count;
        }
    }
}
