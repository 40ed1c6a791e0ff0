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

import io.github.djlquant.onnx.proto.AttributeProto;
import io.github.djlquant.onnx.proto.FunctionProto;
import io.github.djlquant.onnx.proto.GraphProto;
import io.github.djlquant.onnx.proto.ModelProto;
import io.github.djlquant.onnx.proto.NodeProto;
import io.github.djlquant.onnx.proto.OperatorSetIdProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts the nodes of a model's own functions in place of the nodes that call them, so that every
 * later stage sees all layers.
 *
 * <pre>
 *   function Layer (x, w) -> y { m = MatMul(x, w); y = Relu(m) }
 *
 *   y1 = Layer(a, w1)        y1/m = MatMul(a, w1);  y1 = Relu(y1/m)
 *   y2 = Layer(y1, w2)  =&gt;   y2/m = MatMul(y1, w2); y2 = Relu(y2/m)
 * </pre>
 *
 * A function that imports another version of an operator set than the model stays a function, and
 * calls of it stay calls.
 */
final class InlineFunctions {

    /** A function that calls another one twice, and so on, must not fill the memory. */
    private static final int MOST_NODES = 200_000;

    private record Key(String domain, String name, String overload) {}

    private final Place at;
    private final Map<Key, FunctionProto> functions = new HashMap<>();
    private final Map<String, Long> opsets = new HashMap<>();
    private final Set<String> names = new HashSet<>();
    private final Deque<Key> open = new ArrayDeque<>();
    private int inlined;

    private InlineFunctions(Place at) {
        this.at = at;
    }

    /** The same model without the functions that could be inlined. */
    static ModelProto in(ModelProto model, Place at) {
        return model.getFunctionsCount() == 0 ? model : new InlineFunctions(at).apply(model);
    }

    private ModelProto apply(ModelProto model) {
        model.getOpsetImportList()
                .forEach(opset -> opsets.put(domain(opset.getDomain()), opset.getVersion()));
        ModelProto.Builder result = model.toBuilder();
        for (FunctionProto function : model.getFunctionsList()) {
            if (agrees(function)) {
                functions.put(key(function), function);
                addOpsets(function, result);
            }
        }
        if (functions.size() == model.getFunctionsCount()) {
            // Else one that stays may call the others.
            result.clearFunctions();
        }
        collectNames(model.getGraph());
        GraphProto.Builder graph = model.getGraph().toBuilder().clearNode();
        for (NodeProto node : model.getGraph().getNodeList()) {
            expand(node, graph);
        }
        return result.setGraph(graph).build();
    }

    private static Key key(FunctionProto function) {
        return new Key(domain(function.getDomain()), function.getName(), function.getOverload());
    }

    private static String domain(String domain) {
        return domain.equals("ai.onnx") ? "" : domain;
    }

    private boolean agrees(FunctionProto function) {
        return function.getOpsetImportList().stream()
                .allMatch(
                        opset ->
                                opsets.getOrDefault(domain(opset.getDomain()), opset.getVersion())
                                        == opset.getVersion());
    }

    private void addOpsets(FunctionProto function, ModelProto.Builder model) {
        for (OperatorSetIdProto opset : function.getOpsetImportList()) {
            if (opsets.putIfAbsent(domain(opset.getDomain()), opset.getVersion()) == null) {
                model.addOpsetImport(opset);
            }
        }
    }

    private void collectNames(GraphProto graph) {
        graph.getInputList().forEach(value -> names.add(value.getName()));
        graph.getInitializerList().forEach(tensor -> names.add(tensor.getName()));
        for (NodeProto node : graph.getNodeList()) {
            names.addAll(node.getOutputList());
            names.add(node.getName());
            for (AttributeProto attribute : node.getAttributeList()) {
                if (attribute.hasG()) {
                    collectNames(attribute.getG());
                }
            }
        }
    }

    /** Adds a node, or what it calls, to a graph. */
    private void expand(NodeProto node, GraphProto.Builder to) {
        Key key = new Key(domain(node.getDomain()), node.getOpType(), node.getOverload());
        FunctionProto function = functions.get(key);
        if (function == null) {
            to.addNode(expandBodies(node));
            return;
        }
        Place here = at.step("function " + function.getName());
        if (open.contains(key)) {
            throw here.malformed("a function calls itself");
        }
        if (node.getInputCount() > function.getInputCount()
                || node.getOutputCount() > function.getOutputCount()) {
            throw here.malformed(
                    "a function is called with more values than it has",
                    function.getInputCount() + " in, " + function.getOutputCount() + " out",
                    node.getInputCount() + " in, " + node.getOutputCount() + " out");
        }
        open.push(key);
        for (NodeProto inner : new FunctionCall(function, node, this::fresh).nodes()) {
            if (++inlined > MOST_NODES) {
                throw here.unsupported(
                        "the model's functions hold more than "
                                + MOST_NODES
                                + " nodes when inlined",
                        "Export the model without functions");
            }
            expand(inner, to);
        }
        open.pop();
    }

    private NodeProto expandBodies(NodeProto node) {
        if (node.getAttributeList().stream().noneMatch(AttributeProto::hasG)) {
            return node;
        }
        List<AttributeProto> attributes = new ArrayList<>();
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.hasG()) {
                GraphProto.Builder body = attribute.getG().toBuilder().clearNode();
                for (NodeProto inner : attribute.getG().getNodeList()) {
                    expand(inner, body);
                }
                attributes.add(attribute.toBuilder().setG(body).build());
            } else {
                attributes.add(attribute);
            }
        }
        return node.toBuilder().clearAttribute().addAllAttribute(attributes).build();
    }

    private String fresh(String wanted) {
        String candidate = wanted;
        for (int i = 1; !names.add(candidate); i++) {
            candidate = wanted + "_" + i;
        }
        return candidate;
    }
}
