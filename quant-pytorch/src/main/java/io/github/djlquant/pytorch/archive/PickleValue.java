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
package io.github.djlquant.pytorch.archive;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the pickles of a TorchScript archive hold: immutable data, never anything to execute.
 *
 * <p>Values may be shared: a module that is used at two places is one {@link ObjectValue}, a tensor
 * that is used at two places one {@link Tensor}. What shares is found by identity; the values form
 * no cycles.
 */
public sealed interface PickleValue {

    /** TorchScript's {@code None}. */
    record None() implements PickleValue {}

    /**
     * A truth value.
     *
     * @param value the value
     */
    record Bool(boolean value) implements PickleValue {}

    /**
     * An {@code int}.
     *
     * @param value the value
     */
    record Int(long value) implements PickleValue {}

    /**
     * A {@code float}.
     *
     * @param value the value
     */
    record Real(double value) implements PickleValue {}

    /**
     * A {@code complex}.
     *
     * @param real the real part
     * @param imaginary the imaginary part
     */
    record Complex(double real, double imaginary) implements PickleValue {}

    /**
     * A {@code str}.
     *
     * @param value the text
     */
    record Text(String value) implements PickleValue {
        /** Requires the text. */
        public Text {
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * A {@code Device}.
     *
     * @param name such as {@code cpu} or {@code cuda:0}
     */
    record DeviceValue(String name) implements PickleValue {
        /** Requires the name. */
        public DeviceValue {
            Objects.requireNonNull(name, "name");
        }
    }

    /**
     * A tuple.
     *
     * @param elements the elements
     */
    record TupleValue(List<PickleValue> elements) implements PickleValue {
        /** Copies the list. */
        public TupleValue {
            elements = List.copyOf(elements);
        }

        /**
         * Makes a tuple.
         *
         * @param elements the elements
         * @return the tuple
         */
        public static TupleValue of(PickleValue... elements) {
            return new TupleValue(List.of(elements));
        }
    }

    /**
     * A list.
     *
     * @param elements the elements
     * @param type its type in TorchScript's words, such as {@code List[int]} or {@code
     *     List[Optional[Tensor]]}; empty if the archive does not tell
     */
    record ListValue(List<PickleValue> elements, String type) implements PickleValue {
        /** Copies the list. */
        public ListValue {
            elements = List.copyOf(elements);
            Objects.requireNonNull(type, "type");
        }
    }

    /**
     * A dictionary; the order of its entries is kept.
     *
     * @param entries the entries
     * @param type its type in TorchScript's words, such as {@code Dict[str, int]}; empty if the
     *     archive does not tell, as for the attributes of an object
     */
    record DictValue(List<Entry> entries, String type) implements PickleValue {
        /** Copies the list. */
        public DictValue {
            entries = List.copyOf(entries);
            Objects.requireNonNull(type, "type");
        }

        /**
         * Looks up a text key.
         *
         * @param key the key
         * @return its value, empty if there is none
         */
        public Optional<PickleValue> get(String key) {
            return entries.stream()
                    .filter(entry -> entry.key() instanceof Text text && text.value().equals(key))
                    .map(Entry::value)
                    .findFirst();
        }
    }

    /**
     * An entry of a dictionary.
     *
     * @param key the key
     * @param value the value
     */
    record Entry(PickleValue key, PickleValue value) {
        /** Requires both. */
        public Entry {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(value, "value");
        }

        /**
         * Makes an entry with a text key.
         *
         * @param key the key
         * @param value the value
         * @return the entry
         */
        public static Entry of(String key, PickleValue value) {
            return new Entry(new Text(key), value);
        }
    }

    /**
     * A tensor. Views of the same elements (storage, offset, sizes and strides) are the same {@link
     * Tensor} instance; other strided views are contiguous copies.
     *
     * @param tensor the elements
     * @param requiresGrad whether it is trained
     */
    record TensorValue(Tensor tensor, boolean requiresGrad) implements PickleValue {
        /** Requires the tensor. */
        public TensorValue {
            Objects.requireNonNull(tensor, "tensor");
        }

        /**
         * Makes a tensor that is not trained.
         *
         * @param tensor the elements
         */
        public TensorValue(Tensor tensor) {
            this(tensor, false);
        }
    }

    /**
     * A quantized tensor: real value = (integer - zero point) * scale.
     *
     * @param integers the integers, of type INT8 (qint8), UINT8 (quint8), INT32 (qint32), UINT4 or
     *     UINT2 (quint4x2, quint2x4: packed, the first in the low bits)
     * @param scheme scales and zero points
     */
    record QuantizedTensorValue(Tensor integers, Scheme scheme) implements PickleValue {
        /** Requires a type that libtorch knows, and parameters that fit the shape. */
        public QuantizedTensorValue {
            switch (integers.dataType()) {
                case INT8, UINT8, INT32, UINT4, UINT2 -> {}
                default ->
                        throw new IllegalArgumentException(
                                integers + " can't be the integers of a quantized tensor");
            }
            if (scheme instanceof PerChannel channels) {
                channels.requireFit(integers);
            }
        }
    }

    /** Scales and zero points of a quantized tensor. */
    sealed interface Scheme {}

    /**
     * One scale and zero point for all elements.
     *
     * @param scale the scale
     * @param zeroPoint the integer that means zero
     */
    record PerTensor(double scale, long zeroPoint) implements Scheme {}

    /**
     * One scale and zero point per slice.
     *
     * @param scales DOUBLE with INT64 zero points; or FLOAT with FLOAT zero points, the form of
     *     embeddings ({@code per_channel_affine_float_qparams})
     * @param zeroPoints as many as scales
     * @param axis the axis that is sliced
     */
    record PerChannel(Tensor scales, Tensor zeroPoints, int axis) implements Scheme {
        /** Requires types that go together and one rank. */
        public PerChannel {
            boolean floats = scales.dataType() == DataType.FLOAT;
            if (scales.dataType() != (floats ? DataType.FLOAT : DataType.DOUBLE)
                    || zeroPoints.dataType() != (floats ? DataType.FLOAT : DataType.INT64)
                    || scales.shape().rank() != 1
                    || !scales.shape().equals(zeroPoints.shape())) {
                throw new IllegalArgumentException(
                        "scales "
                                + scales
                                + " and zero points "
                                + zeroPoints
                                + " do not go together");
            }
        }

        private void requireFit(Tensor integers) {
            if (axis < 0
                    || axis >= integers.shape().rank()
                    || integers.shape().size(axis) != scales.elementCount()) {
                throw new IllegalArgumentException(
                        scales.elementCount()
                                + " scales do not fit axis "
                                + axis
                                + " of "
                                + integers);
            }
        }
    }

    /**
     * A module, or an object of one of libtorch's own classes.
     *
     * @param className the qualified name, such as {@code __torch__.resnet.ResNet} or {@code
     *     __torch__.torch.classes.quantized.Conv2dPackedParamsBase}
     * @param state a {@link DictValue} of attributes, or what the class's {@code __setstate__}
     *     takes: a tuple for {@link PackedParameters}
     */
    record ObjectValue(String className, PickleValue state) implements PickleValue {
        /** Requires both. */
        public ObjectValue {
            Objects.requireNonNull(className, "className");
            Objects.requireNonNull(state, "state");
        }

        /**
         * Looks up an attribute.
         *
         * @param name the attribute's name
         * @return its value, empty if there is none or the state is not a dictionary
         */
        public Optional<PickleValue> attribute(String name) {
            return state instanceof DictValue attributes ? attributes.get(name) : Optional.empty();
        }
    }

    /**
     * A member of a scripted enumeration.
     *
     * @param className the enumeration's qualified name
     * @param value the member's value
     */
    record EnumValue(String className, PickleValue value) implements PickleValue {
        /** Requires both. */
        public EnumValue {
            Objects.requireNonNull(className, "className");
            Objects.requireNonNull(value, "value");
        }
    }
}
