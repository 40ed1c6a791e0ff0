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
package io.github.djlquant.trace.record;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.dim.NDIndexAll;
import ai.djl.ndarray.index.dim.NDIndexElement;
import ai.djl.ndarray.index.dim.NDIndexFixed;
import ai.djl.ndarray.index.dim.NDIndexNull;
import ai.djl.ndarray.index.dim.NDIndexSlice;
import ai.djl.ndarray.types.Shape;
import io.github.djlquant.graph.Sha256;
import io.github.djlquant.trace.ArrayTensors;
import java.lang.reflect.Array;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Tells a step of a Block's run from all others, by a digest. A step that was called with something
 * of a class that is not known here has none.
 */
final class StepKey {

    private static final int DIGITS = 32;

    private StepKey() {}

    /** An operand of a class that is not known. */
    private static final class Unknown extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Unknown() {
            super(null, null, false, false);
        }
    }

    /**
     * Inputs differ in type and shape, parameters are known otherwise, constants by elements; these
     * are named by where they are made, which is nobody's concern.
     */
    static Optional<String> ofValue(RecordedValue.Kind kind, String name, NDArray array) {
        MessageDigest digest = Sha256.begin();
        put(
                digest,
                "value",
                kind.name(),
                kind == RecordedValue.Kind.CONSTANT ? "" : name,
                array.getDataType().name(),
                Arrays.toString(array.getShape().getShape()));
        if (kind == RecordedValue.Kind.CONSTANT) {
            if (ArrayTensors.dataType(array).isEmpty()) {
                return Optional.empty();
            }
            digest.update(ArrayTensors.copyOf(array).bytes());
        }
        return key(digest);
    }

    /** Where it is called decides on names alone, and to know it takes a look at the stack. */
    static Optional<String> ofCall(String operation, Reference receiver, List<Object> operands) {
        MessageDigest digest = Sha256.begin();
        try {
            put(digest, "call", operation, text(receiver), text(operands));
        } catch (Unknown e) {
            return Optional.empty();
        }
        return key(digest);
    }

    static Optional<String> ofOutputs(List<Integer> outputs) {
        MessageDigest digest = Sha256.begin();
        put(digest, "outputs", outputs.toString());
        return key(digest);
    }

    private static void put(MessageDigest digest, String... texts) {
        for (String text : texts) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
            digest.update(bytes);
        }
    }

    private static Optional<String> key(MessageDigest digest) {
        return Optional.of(HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS));
    }

    private static String text(Object operand) {
        if (operand == null) {
            return "null";
        }
        if (operand instanceof List<?> list) {
            StringBuilder text = new StringBuilder("list" + list.size());
            list.forEach(element -> text.append(' ').append(text(element)));
            return text.toString();
        }
        if (operand.getClass().isArray()) {
            StringBuilder text = new StringBuilder(operand.getClass().getName());
            for (int i = 0; i < Array.getLength(operand); i++) {
                text.append(' ').append(text(Array.get(operand, i)));
            }
            return text.append(" end").toString();
        }
        return operand.getClass().getName() + "=" + plain(operand);
    }

    private static String plain(Object operand) {
        if (operand instanceof CharSequence text) {
            return text.length() + ":" + text;
        }
        if (operand instanceof Reference reference) {
            return "#" + reference.id();
        }
        if (operand instanceof Shape shape) {
            return Arrays.toString(shape.getShape()) + Arrays.toString(shape.getLayout());
        }
        if (operand instanceof NDIndex index) {
            return index.getEllipsisIndex()
                    + " of "
                    + index.stream().map(StepKey::element).toList();
        }
        if (operand instanceof Enum<?> constant) {
            return constant.name();
        }
        if (operand instanceof Number
                || operand instanceof Boolean
                || operand instanceof Character
                || operand instanceof Device) {
            return operand.toString();
        }
        throw new Unknown();
    }

    private static String element(NDIndexElement element) {
        if (element instanceof NDIndexFixed fixed) {
            return Long.toString(fixed.getIndex());
        }
        if (element instanceof NDIndexSlice slice) {
            return slice.getMin() + ":" + slice.getMax() + ":" + slice.getStep();
        }
        if (element instanceof NDIndexAll) {
            return ":";
        }
        if (element instanceof NDIndexNull) {
            return "new";
        }
        throw new Unknown();
    }
}
