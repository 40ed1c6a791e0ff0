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
import io.github.djlquant.graph.OpType;
import io.github.djlquant.pytorch.op.AtenSchemas;
import io.github.djlquant.pytorch.op.TypeCodes;
import io.github.djlquant.pytorch.read.ScriptValue.Known;
import java.util.List;
import java.util.Set;

/** The types of operators' results, as far as the source needs them. */
final class ResultTypes {

    private static final Set<String> INTS =
            Set.of("dim", "len", "Int", "numel", "floordiv", "dtype", "__range_length", "layout");

    private static final Set<String> BOOLS =
            Set.of(
                    "Bool",
                    "__not__",
                    "__contains__",
                    "__is__",
                    "__isnot__",
                    "is_floating_point",
                    "is_cuda",
                    "requires_grad");

    private static final Set<String> COMPARISONS = Set.of("eq", "ne", "lt", "le", "gt", "ge");

    private static final Set<String> ARITHMETIC =
            Set.of(
                    "add",
                    "sub",
                    "mul",
                    "neg",
                    "remainder",
                    "min",
                    "max",
                    "abs",
                    "pow",
                    "__and__",
                    "__or__");

    private static final Set<String> TENSOR_LISTS =
            Set.of(
                    "chunk",
                    "unsafe_chunk",
                    "unsafe_split",
                    "split",
                    "split_with_sizes",
                    "tensor_split",
                    "unbind",
                    "broadcast_tensors",
                    "meshgrid");

    /** Operators that make a tensor of numbers. */
    private static final Set<String> MAKES =
            Set.of("tensor", "NumToTensor", "rand", "randn", "eye", "linspace", "scalar_tensor");

    /** Operators whose result has the element type of their first tensor. */
    private static final Set<String> KEEPS =
            Set.of(
                    "view",
                    "reshape",
                    "flatten",
                    "permute",
                    "transpose",
                    "t",
                    "slice",
                    "select",
                    "unsqueeze",
                    "squeeze",
                    "expand",
                    "expand_as",
                    "contiguous",
                    "relu",
                    "dropout",
                    "pad",
                    "constant_pad_nd",
                    "masked_fill",
                    "clone",
                    "repeat",
                    "zeros_like",
                    "ones_like",
                    "gather",
                    "index_select",
                    "cat",
                    "stack");

    /** Operators on element types where each is converted to the largest. */
    private static final Set<String> PROMOTES = Set.of("add", "sub", "mul", "rsub");

    /** Operators that only take floats. */
    private static final Set<String> FLOATS =
            Set.of(
                    "conv1d",
                    "conv2d",
                    "conv3d",
                    "_convolution",
                    "convolution",
                    "conv_transpose1d",
                    "conv_transpose2d",
                    "conv_transpose3d",
                    "linear",
                    "addmm",
                    "matmul",
                    "bmm",
                    "baddbmm",
                    "batch_norm",
                    "layer_norm",
                    "group_norm",
                    "instance_norm",
                    "embedding",
                    "softmax",
                    "log_softmax",
                    "scaled_dot_product_attention",
                    "lstm",
                    "gru",
                    "rnn_tanh",
                    "rnn_relu",
                    "hardtanh",
                    "relu6",
                    "hardswish",
                    "hardsigmoid",
                    "sigmoid",
                    "tanh",
                    "gelu",
                    "silu",
                    "mish",
                    "leaky_relu",
                    "elu",
                    "prelu",
                    "adaptive_avg_pool1d",
                    "adaptive_avg_pool2d",
                    "adaptive_avg_pool3d",
                    "avg_pool1d",
                    "avg_pool2d",
                    "avg_pool3d",
                    "max_pool1d",
                    "max_pool2d",
                    "max_pool3d",
                    "upsample_nearest2d",
                    "upsample_bilinear2d");

    /** A type as the source writes it, and a tensor's element type if it is known. */
    record Result(String type, DataType dataType) {

        static Result of(String type) {
            return new Result(type, null);
        }
    }

    Result of(OpType op, List<ScriptValue> arguments, int outputs, Reading reading) {
        String name = op.name();
        if (INTS.contains(name)) {
            return Result.of(ValueTypes.INT);
        } else if (BOOLS.contains(name)) {
            return Result.of(ValueTypes.BOOL);
        } else if (name.equals("Float") || name.equals("sqrt") && scalars(arguments, reading)) {
            return Result.of(ValueTypes.FLOAT);
        } else if (name.equals("size")) {
            return outputs == 1 && arguments.size() == 1
                    ? Result.of("List[int]")
                    : Result.of(ValueTypes.INT);
        } else if (name.equals("item")
                || name.equals("device")
                || name.equals("format")
                || name.equals("percentFormat")) {
            return Result.of(name.equals("device") ? "Device" : name.equals("item") ? "" : "str");
        } else if (name.equals("__getitem__") || name.equals("pop")) {
            String list = reading.operands.type(arguments.get(0));
            return Result.of(ValueTypes.element(list));
        } else if (name.equals("div") && scalars(arguments, reading)) {
            return Result.of(ValueTypes.FLOAT);
        } else if (COMPARISONS.contains(name)) {
            return hasTensor(arguments, reading)
                    ? new Result(ValueTypes.TENSOR, DataType.BOOL)
                    : Result.of(ValueTypes.BOOL);
        } else if (TENSOR_LISTS.contains(name)) {
            return new Result(outputs == 1 ? "List[Tensor]" : ValueTypes.TENSOR, first(arguments));
        } else if (ARITHMETIC.contains(name) && !hasTensor(arguments, reading)) {
            return Result.of(scalar(arguments, reading));
        } else if (name.equals("slice") && !hasTensor(arguments, reading)) {
            return Result.of(reading.operands.type(arguments.get(0)));
        }
        return makesTensor(op, arguments, reading)
                ? new Result(ValueTypes.TENSOR, dataType(name, arguments))
                : Result.of("");
    }

    /** Operators without a tensor among their arguments make one only if they are known to. */
    private static boolean makesTensor(OpType op, List<ScriptValue> arguments, Reading reading) {
        return AtenSchemas.knows(op)
                || MAKES.contains(op.name())
                || arguments.stream()
                        .map(reading.operands::type)
                        .anyMatch(type -> type.contains(ValueTypes.TENSOR));
    }

    private static DataType dataType(String name, List<ScriptValue> arguments) {
        if (name.equals("NumToTensor")) {
            return DataType.INT64;
        } else if (name.equals("to")) {
            return arguments.size() > 1
                            && arguments.get(1) instanceof Known known
                            && known.value() instanceof Long code
                    ? TypeCodes.type(code).orElse(null)
                    : null;
        } else if (FLOATS.contains(name)) {
            // The weight tells a half model from a float one; the input's type is not known yet.
            for (ScriptValue argument : arguments) {
                if (argument instanceof GraphRef ref
                        && ref.dataType != null
                        && ref.dataType.isFloatingPoint()) {
                    return ref.dataType;
                }
            }
            return null;
        } else if (KEEPS.contains(name)) {
            return first(arguments);
        } else if (PROMOTES.contains(name)) {
            return promoted(arguments);
        }
        return null;
    }

    private static DataType first(List<ScriptValue> arguments) {
        if (arguments.isEmpty()) {
            return null;
        } else if (arguments.get(0) instanceof GraphRef ref) {
            return ref.dataType;
        }
        return arguments.get(0) instanceof ListCell list && list.isKnown()
                ? first(list.elements)
                : null;
    }

    private static DataType promoted(List<ScriptValue> arguments) {
        DataType promoted = null;
        for (ScriptValue argument : arguments) {
            if (argument instanceof GraphRef ref && ref.type.equals(ValueTypes.TENSOR)) {
                if (ref.dataType == null || promoted != null && promoted != ref.dataType) {
                    return null;
                }
                promoted = ref.dataType;
            } else if (argument instanceof Known known
                    && known.value() instanceof Double
                    && (promoted == null || !promoted.isFloatingPoint())) {
                return null;
            }
        }
        return promoted;
    }

    private static boolean hasTensor(List<ScriptValue> arguments, Reading reading) {
        return arguments.stream()
                .map(reading.operands::type)
                .anyMatch(type -> type.equals(ValueTypes.TENSOR));
    }

    private static boolean scalars(List<ScriptValue> arguments, Reading reading) {
        return arguments.stream().map(reading.operands::type).allMatch(ValueTypes::isScalar);
    }

    private static String scalar(List<ScriptValue> arguments, Reading reading) {
        List<String> types = arguments.stream().map(reading.operands::type).toList();
        if (types.contains(ValueTypes.FLOAT)) {
            return ValueTypes.FLOAT;
        }
        return types.isEmpty() ? "" : types.get(0);
    }
}
