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
import io.github.djlquant.onnx.proto.NodeProto;
import io.github.djlquant.onnx.proto.TensorProto;
import io.github.djlquant.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The nodes of a function as one call needs them: with the caller's values and attributes. */
final class FunctionCall {

    private final FunctionProto function;
    private final NodeProto call;
    private final UnaryOperator<String> fresh;
    private final String prefix;
    private final Map<String, AttributeProto> arguments = new HashMap<>();

    /**
     * Prepares a call.
     *
     * @param function what is called
     * @param call the calling node
     * @param fresh gives a name that nothing has yet, like a wanted one
     */
    FunctionCall(FunctionProto function, NodeProto call, UnaryOperator<String> fresh) {
        this.function = function;
        this.call = call;
        this.fresh = fresh;
        this.prefix =
                call.getName().isEmpty()
                        ? call.getOutputList().stream()
                                .filter(name -> !name.isEmpty())
                                .findFirst()
                                .orElse(call.getOpType())
                        : call.getName();
        function.getAttributeProtoList().forEach(a -> arguments.put(a.getName(), a));
        call.getAttributeList().forEach(a -> arguments.put(a.getName(), a));
    }

    List<NodeProto> nodes() {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < function.getInputCount(); i++) {
            values.put(function.getInput(i), i < call.getInputCount() ? call.getInput(i) : "");
        }
        List<NodeProto> passedOn = new ArrayList<>();
        for (int i = 0; i < call.getOutputCount(); i++) {
            String made = call.getOutput(i);
            if (made.isEmpty()) {
                continue;
            }
            String given = values.putIfAbsent(function.getOutput(i), made);
            if (given != null) {
                // The function hands an input, or one output twice, through.
                passedOn.add(
                        NodeProto.newBuilder()
                                .setOpType("Identity")
                                .addInput(given)
                                .addOutput(made)
                                .build());
            }
        }
        function.getNodeList()
                .forEach(node -> node.getOutputList().forEach(output -> define(output, values)));
        List<NodeProto> all = new ArrayList<>();
        function.getNodeList().forEach(node -> all.add(node(node, values)));
        all.addAll(passedOn);
        return all;
    }

    private NodeProto node(NodeProto node, Map<String, String> values) {
        NodeProto.Builder copy = node.toBuilder().clearInput().clearOutput().clearAttribute();
        if (!node.getName().isEmpty()) {
            copy.setName(fresh.apply(prefix + "/" + node.getName()));
        }
        node.getInputList().forEach(input -> copy.addInput(values.getOrDefault(input, input)));
        node.getOutputList().forEach(output -> copy.addOutput(define(output, values)));
        for (AttributeProto attribute : node.getAttributeList()) {
            attribute(attribute, values).ifPresent(copy::addAttribute);
        }
        return copy.build();
    }

    private String define(String value, Map<String, String> values) {
        return value.isEmpty()
                ? ""
                : values.computeIfAbsent(value, name -> fresh.apply(prefix + "/" + name));
    }

    /** An attribute that refers to one of the function's becomes it; absent if that is absent. */
    private Optional<AttributeProto> attribute(
            AttributeProto attribute, Map<String, String> values) {
        if (!attribute.getRefAttrName().isEmpty()) {
            return Optional.ofNullable(arguments.get(attribute.getRefAttrName()))
                    .map(argument -> argument.toBuilder().setName(attribute.getName()).build());
        }
        return Optional.of(
                attribute.hasG()
                        ? attribute.toBuilder().setG(body(attribute.getG(), values)).build()
                        : attribute);
    }

    /** A body reads the function's values and has names of its own. */
    private GraphProto body(GraphProto body, Map<String, String> outer) {
        Map<String, String> values = new HashMap<>(outer);
        GraphProto.Builder copy =
                body.toBuilder()
                        .clearNode()
                        .clearInput()
                        .clearOutput()
                        .clearInitializer()
                        .clearValueInfo()
                        .clearQuantizationAnnotation();
        for (ValueInfoProto input : body.getInputList()) {
            copy.addInput(input.toBuilder().setName(own(input.getName(), values)));
        }
        for (TensorProto tensor : body.getInitializerList()) {
            boolean isInput =
                    body.getInputList().stream()
                            .anyMatch(input -> input.getName().equals(tensor.getName()));
            copy.addInitializer(
                    tensor.toBuilder()
                            .setName(
                                    isInput
                                            ? values.get(tensor.getName())
                                            : own(tensor.getName(), values)));
        }
        for (NodeProto node : body.getNodeList()) {
            node.getOutputList().stream()
                    .filter(output -> !output.isEmpty())
                    .forEach(output -> own(output, values));
        }
        for (NodeProto node : body.getNodeList()) {
            copy.addNode(node(node, values));
        }
        for (ValueInfoProto output : body.getOutputList()) {
            copy.addOutput(
                    output.toBuilder()
                            .setName(values.getOrDefault(output.getName(), output.getName())));
        }
        return copy.build();
    }

    private String own(String value, Map<String, String> values) {
        String name = fresh.apply(prefix + "/" + value);
        values.put(value, name);
        return name;
    }
}
