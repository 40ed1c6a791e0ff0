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
package io.github.djlquant.pytorch.read;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.AtenSchemas;
import io.github.djlquant.pytorch.op.Call;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Infers what a model's inputs are from what reads them: TorchScript declares tensors only.
 *
 * <p>An index of an embedding is int64. So is what is converted before anything else, such as a
 * mask: a float would not need it. What a convolution or a linear layer reads is of its weight's
 * type and has its rank and channels. What a module was traced with, where the archive tells, has
 * the right types and ranks; its sizes are an example's.
 */
final class InputTypes {

    private static final Set<String> THROUGH =
            Set.of(
                    "slice",
                    "unsqueeze",
                    "squeeze",
                    "expand",
                    "contiguous",
                    "select",
                    "permute",
                    "transpose",
                    "view",
                    "reshape",
                    "flatten",
                    "clone",
                    "dropout",
                    "expand_as");

    private static final Set<String> CONVOLUTIONS =
            Set.of(
                    "conv1d",
                    "conv2d",
                    "conv3d",
                    "_convolution",
                    "convolution",
                    "conv_transpose1d",
                    "conv_transpose2d",
                    "conv_transpose3d");

    private final Graph graph;
    private final List<ValueType.TensorType> examples;

    InputTypes(Graph graph, List<ValueType.TensorType> examples) {
        this.graph = graph;
        this.examples = examples.size() == graph.inputs().size() ? examples : List.of();
    }

    List<Value> infer() {
        List<Value> inputs = new ArrayList<>();
        for (Value input : graph.inputs()) {
            ValueType.TensorType inferred = infer(input);
            inputs.add(
                    new Value(
                            input.name(),
                            examples.isEmpty()
                                    ? inferred
                                    : traced(examples.get(inputs.size()), inferred)));
        }
        return inputs;
    }

    private static ValueType traced(ValueType.TensorType example, ValueType.TensorType inferred) {
        int rank = example.shape().rank();
        boolean fits = inferred.shape() != null && inferred.shape().rank() == rank;
        return new ValueType.TensorType(
                example.dataType(), fits ? inferred.shape() : new Shape(open(rank)));
    }

    private ValueType.TensorType infer(Value input) {
        DataType dataType = null;
        Shape shape = null;
        boolean moved = false;
        Deque<String> open = new ArrayDeque<>(List.of(input.name()));
        Set<String> seen = new HashSet<>(open);
        while (!open.isEmpty() && dataType == null) {
            String value = open.pop();
            moved = !value.equals(input.name());
            for (Node node : graph.consumers(value)) {
                if (!node.op().dialect().equals(OpType.ATEN)) {
                    continue;
                }
                Optional<DataType> told = told(node, value);
                if (told.isPresent() && dataType == null) {
                    dataType = told.get();
                    shape = moved ? null : shape(node, value);
                } else if (THROUGH.contains(node.op().name())
                        && node.input(0).equals(value)
                        && seen.add(node.output())) {
                    open.add(node.output());
                }
            }
        }
        return new ValueType.TensorType(dataType == null ? DataType.FLOAT : dataType, shape);
    }

    private Optional<DataType> told(Node node, String value) {
        String op = node.op().name();
        if (op.equals("embedding") || op.equals("embedding_bag")) {
            return node.input(1).equals(value) ? Optional.of(DataType.INT64) : Optional.empty();
        } else if (op.equals("to") && node.input(0).equals(value)) {
            boolean floats =
                    Call.of(node).positional().stream()
                            .skip(1)
                            .findFirst()
                            .filter(Argument.literal(6L)::equals)
                            .isPresent();
            return floats ? Optional.of(DataType.INT64) : Optional.empty();
        } else if (op.equals("one_hot") || op.equals("gather") && node.input(2).equals(value)) {
            return Optional.of(DataType.INT64);
        }
        return weight(node, value).map(io.github.djlquant.graph.Tensor::dataType);
    }

    /** The constant weight of a layer that reads the value as its input. */
    private Optional<io.github.djlquant.graph.Tensor> weight(Node node, String value) {
        return AtenSchemas.position(node.op(), "weight").stream()
                .boxed()
                .filter(position -> position > 0 && node.input(0).equals(value))
                .flatMap(position -> graph.constant(node.input(position)).stream())
                .findFirst();
    }

    private Shape shape(Node node, String value) {
        String op = node.op().name();
        Shape weight = weight(node, value).map(io.github.djlquant.graph.Tensor::shape).orElse(null);
        if (weight == null) {
            return null;
        } else if (CONVOLUTIONS.contains(op)) {
            boolean transposed =
                    op.startsWith("conv_transpose") || node.boolAttribute("transposed", false);
            long groups = node.intAttribute("groups", 1);
            long channels = transposed ? weight.size(0) : weight.size(1) * groups;
            List<Dimension> dimensions = open(weight.rank());
            dimensions.set(1, new Dimension.Fixed(channels));
            return new Shape(dimensions);
        }
        return null;
    }

    private static List<Dimension> open(int rank) {
        List<Dimension> dimensions = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            dimensions.add(Dimension.UNKNOWN);
        }
        return dimensions;
    }
}
