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

import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.SymbolBlock;
import ai.djl.util.Pair;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.trace.record.BlockName;
import io.github.djlquant.trace.record.InlinedBlock;
import java.util.Optional;

/**
 * Makes blocks of an engine's own format traceable where they are layers of a {@link
 * SequentialBlock}, as in transfer learning: a loaded backbone with a new head. Such a Block is
 * traced by a copy of the sequence, in which stand-ins hold the graphs; the source stays as it is.
 *
 * <pre>
 *   SequentialBlock(PtSymbolBlock, Linear)   ==&gt;   SequentialBlock(InlinedBlock, the same Linear)
 * </pre>
 */
final class SymbolBlocks {

    /** From here on graphs mean the same in the opset that is traced, but for a few operators. */
    private static final long OLDEST_OPSET = 13;

    private SymbolBlocks() {}

    /**
     * Replaces symbol blocks.
     *
     * @param block the root of a tree; itself no symbol block
     * @param opset the operator set that graphs have to be of
     * @return the same instance if its sequences hold none
     * @throws TraceException if one can't be crossed to ONNX's operators
     */
    static Block standIns(Block block, long opset) {
        return standIns(block, BlockName.of(block), opset);
    }

    private static Block standIns(Block block, String path, long opset) {
        if (block instanceof SymbolBlock symbol) {
            return new InlinedBlock(symbol, graph(symbol, path, opset));
        }
        if (block.getClass() != SequentialBlock.class) {
            return block;
        }
        SequentialBlock copy = new SequentialBlock();
        copy.setReturnIntermediate(((SequentialBlock) block).isReturnIntermediate());
        boolean changed = false;
        for (Pair<String, Block> child : block.getChildren()) {
            Block standIn = standIns(child.getValue(), path + "/" + child.getKey(), opset);
            changed |= standIn != child.getValue();
            copy.add(standIn);
        }
        return changed ? copy : block;
    }

    private static Graph graph(SymbolBlock block, String path, long opset) {
        try {
            Graph graph = crossed(inside(block, path), path);
            requireInlinable(graph, path, opset);
            return graph;
        } catch (TraceException e) {
            throw e;
        } catch (QuantizationException e) {
            throw new TraceException(
                    Problem.of("a block of an engine's own format can't be made part of the graph")
                            .at(path)
                            .actual(e.getMessage()),
                    e);
        }
    }

    private static Graph inside(SymbolBlock block, String path) {
        if (block instanceof GraphBlock known) {
            return known.graph();
        }
        return Backends.all().stream()
                .map(backend -> backend.inside(block))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(
                        () ->
                                new TraceException(
                                        Problem.of(
                                                        "a block of an engine's own format does not"
                                                                + " hand its graph out")
                                                .at(path)
                                                .actual(block.getClass().getName())
                                                .next(
                                                        "Open its file with GraphBlock.open(file),"
                                                                + " which can take its place")));
    }

    private static Graph crossed(Graph graph, String path) {
        UnsupportedModelException refusal = null;
        for (Backend backend : Backends.all()) {
            try {
                Graph crossed = backend.adopt(graph);
                if (crossed.opsets().containsKey(OpType.ONNX)) {
                    return crossed;
                }
            } catch (UnsupportedModelException e) {
                refusal = e;
            }
        }
        throw refusal != null
                ? refusal
                : new TraceException(
                        Problem.of("no engine on the class path takes the graph to ONNX")
                                .at(path)
                                .next("Add quant-onnx to the class path"));
    }

    /** Between opset 13 and what is traced, only they changed what they compute. */
    private static boolean isAnother(Node node, long opset, long found) {
        return found < opset
                && (node.op().isOnnx("RoiAlign")
                        || node.op().isOnnx("BatchNormalization") && node.outputs().size() > 1);
    }

    private static void requireInlinable(Graph graph, String path, long opset) {
        long found = graph.opsets().getOrDefault(OpType.ONNX, 0L);
        if (found < OLDEST_OPSET || found > opset) {
            throw new TraceException(
                    Problem.of("a block's ONNX file is of another opset than what is traced")
                            .at(path)
                            .expected("opset " + OLDEST_OPSET + " to " + opset)
                            .actual("opset " + found)
                            .next("Export it with that opset"));
        }
        for (Node node : graph.nodes()) {
            if (!node.op().dialect().equals(OpType.ONNX)
                    || !node.bodies().isEmpty()
                    || isAnother(node, opset, found)) {
                throw new TraceException(
                        Problem.of(
                                        "a block of an engine's own format can't be made part of the graph")
                                .at(path + ", node " + node.name())
                                .expected("ONNX's operators without bodies, as in opset " + opset)
                                .actual(node.op()));
            }
        }
    }
}
