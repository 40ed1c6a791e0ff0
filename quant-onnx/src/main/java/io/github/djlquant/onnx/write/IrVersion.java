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
package io.github.djlquant.onnx.write;

import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.onnx.proto.ModelProto;
import java.nio.file.Path;

/** Chooses the IR version: the source's, but no higher than runtimes take unless it must be. */
final class IrVersion {

    /** The newest that ONNX Runtime 1.21 takes. */
    private static final long WIDELY_READ = 10;

    /** From here on initializers need not be inputs. */
    private static final long FREE_INITIALIZERS = 4;

    private IrVersion() {}

    static long choose(Graph graph, ModelProto source, long wanted, Path file) {
        long needed = needed(graph, source);
        if (wanted == 0) {
            return Math.max(needed, Math.min(source.getIrVersion(), WIDELY_READ));
        } else if (wanted < needed) {
            throw new UnsupportedModelException(
                    Problem.of("the IR version is too low for what the model holds")
                            .in(file)
                            .expected("at least " + needed)
                            .actual(wanted));
        }
        return wanted;
    }

    private static long needed(Graph graph, ModelProto source) {
        long needed = Math.max(FREE_INITIALIZERS, ofTypes(graph));
        Long opset = graph.opsets().get(OpType.ONNX);
        if (opset != null) {
            needed = Math.max(needed, ofOpset(opset));
        }
        if (source.getFunctionsCount() > 0) {
            needed = Math.max(needed, 8);
        }
        if (source.getConfigurationCount() > 0) {
            needed = Math.max(needed, 11);
        }
        return needed;
    }

    /** The IR version that the ONNX release of an operator set came with. */
    private static long ofOpset(long opset) {
        if (opset >= 21) {
            // Later releases raised the IR version for types only, which are looked at themselves.
            return 10;
        } else if (opset >= 19) {
            return 9;
        } else if (opset >= 15) {
            return 8;
        } else if (opset >= 12) {
            return 7;
        } else if (opset == 11) {
            return 6;
        }
        return opset == 10 ? 5 : FREE_INITIALIZERS;
    }

    private static long ofTypes(Graph graph) {
        long needed = 0;
        for (Tensor tensor : graph.constants().values()) {
            needed = Math.max(needed, of(tensor.dataType()));
        }
        for (ValueType type : graph.types().values()) {
            if (type instanceof ValueType.TensorType t && t.dataType() != null) {
                needed = Math.max(needed, of(t.dataType()));
            }
        }
        for (Node node : graph.nodes()) {
            for (Attribute attribute : node.attributes().values()) {
                if (attribute instanceof Attribute.TensorAttribute t) {
                    needed = Math.max(needed, of(t.value().dataType()));
                } else if (attribute instanceof Attribute.GraphAttribute g) {
                    needed = Math.max(needed, ofTypes(g.body()));
                }
            }
        }
        return needed;
    }

    /** The IR version that brought an element type. */
    private static long of(DataType type) {
        return switch (type) {
            case BFLOAT16 -> 4;
            case FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ -> 9;
            case INT4, UINT4 -> 10;
            case FLOAT4E2M1 -> 11;
            case FLOAT8E8M0 -> 12;
            case INT2, UINT2 -> 13;
            default -> 1;
        };
    }
}
