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
package io.github.djlquant.onnx.cross;

import io.github.djlquant.graph.DataType;
import java.util.List;
import java.util.Map;

/**
 * libtorch's element types and how they promote (torch.result_type): numbers give way to tensors of
 * no axes, these to tensors with axes, unless they are of a higher category (truth values,
 * integers, floats).
 */
final class ElementTypes {

    private static final Map<Long, DataType> BY_CODE =
            Map.of(
                    0L, DataType.UINT8,
                    1L, DataType.INT8,
                    2L, DataType.INT16,
                    3L, DataType.INT32,
                    4L, DataType.INT64,
                    5L, DataType.FLOAT16,
                    6L, DataType.FLOAT,
                    7L, DataType.DOUBLE,
                    11L, DataType.BOOL);

    private ElementTypes() {}

    /** The type with a number in libtorch. */
    static DataType of(long code) {
        DataType type = BY_CODE.get(code);
        if (type == null) {
            throw new RefusedException(
                    "ONNX Runtime computes nothing on libtorch's element type " + code);
        }
        return type;
    }

    /** libtorch's number of a type. */
    static long code(DataType type) {
        return BY_CODE.entrySet().stream()
                .filter(entry -> entry.getValue() == type)
                .findFirst()
                .orElseThrow(() -> new RefusedException(type + " has no number in libtorch"))
                .getKey();
    }

    static boolean isInteger(DataType type) {
        return !type.isFloatingPoint() && type != DataType.BOOL;
    }

    /** The common type of tensors and numbers. What is fed to a model counts as having axes. */
    static DataType promote(List<Item> items) {
        DataType[] byPriority = new DataType[3];
        for (Item item : items) {
            int priority;
            DataType type;
            if (item instanceof Item.Array array) {
                priority = array.hasRank(0) ? 1 : 2;
                type = array.type();
            } else {
                priority = 0;
                type = number(item);
            }
            byPriority[priority] =
                    byPriority[priority] == null ? type : wider(byPriority[priority], type);
        }
        DataType result = byPriority[2];
        result = combine(result, byPriority[1]);
        return combine(result, byPriority[0]);
    }

    /** The type that a number counts as. */
    static DataType number(Item item) {
        if (item instanceof Item.Number number) {
            return number.type() == DataType.DOUBLE ? DataType.FLOAT : number.type();
        } else if (item instanceof Item.Literal literal) {
            if (literal.value() instanceof Long) {
                return DataType.INT64;
            } else if (literal.value() instanceof Double) {
                return DataType.FLOAT;
            } else if (literal.value() instanceof Boolean) {
                return DataType.BOOL;
            }
        }
        throw new RefusedException("one of its operands is no number and no tensor");
    }

    private static DataType combine(DataType high, DataType low) {
        if (high == null || low == null) {
            return high == null ? low : high;
        }
        return category(low) > category(high) ? low : high;
    }

    private static int category(DataType type) {
        return type == DataType.BOOL ? 0 : type.isFloatingPoint() ? 2 : 1;
    }

    private static DataType wider(DataType a, DataType b) {
        if (a == b) {
            return a;
        } else if (category(a) != category(b)) {
            return category(a) > category(b) ? a : b;
        } else if (category(a) == 1 && (a == DataType.UINT8 || b == DataType.UINT8)) {
            DataType other = a == DataType.UINT8 ? b : a;
            return other == DataType.INT8 ? DataType.INT16 : other;
        }
        return a.bits() >= b.bits() ? a : b;
    }
}
