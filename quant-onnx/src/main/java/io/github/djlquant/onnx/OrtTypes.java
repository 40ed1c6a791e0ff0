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

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtUtil;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import io.github.djlquant.graph.Bytes;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Carries tensors between the graph's form and ONNX Runtime's. */
final class OrtTypes {

    private static final Map<DataType, OnnxJavaType> JAVA_TYPES = new EnumMap<>(DataType.class);

    static {
        JAVA_TYPES.put(DataType.FLOAT, OnnxJavaType.FLOAT);
        JAVA_TYPES.put(DataType.DOUBLE, OnnxJavaType.DOUBLE);
        JAVA_TYPES.put(DataType.FLOAT16, OnnxJavaType.FLOAT16);
        JAVA_TYPES.put(DataType.BFLOAT16, OnnxJavaType.BFLOAT16);
        JAVA_TYPES.put(DataType.INT8, OnnxJavaType.INT8);
        JAVA_TYPES.put(DataType.UINT8, OnnxJavaType.UINT8);
        JAVA_TYPES.put(DataType.INT16, OnnxJavaType.INT16);
        JAVA_TYPES.put(DataType.INT32, OnnxJavaType.INT32);
        JAVA_TYPES.put(DataType.INT64, OnnxJavaType.INT64);
        JAVA_TYPES.put(DataType.BOOL, OnnxJavaType.BOOL);
    }

    private OrtTypes() {}

    /** What the runtime's Java interface can take and give; the other types stay inside a graph. */
    static boolean crosses(DataType type) {
        return type == DataType.STRING || JAVA_TYPES.containsKey(type);
    }

    static boolean crosses(OnnxTensor tensor) {
        return dataType(tensor.getInfo().onnxType).filter(OrtTypes::crosses).isPresent();
    }

    static OnnxTensor toOrt(Tensor tensor) throws OrtException {
        long[] shape = tensor.shape().toArray();
        if (tensor.storage() instanceof TensorStorage.Strings strings) {
            String[] text =
                    strings.elements().stream()
                            .map(bytes -> new String(bytes.toArray(), StandardCharsets.UTF_8))
                            .toArray(String[]::new);
            return OnnxTensor.createTensor(OrtRuntime.environment(), text, shape);
        }
        return OnnxTensor.createTensor(
                OrtRuntime.environment(), direct(tensor), shape, JAVA_TYPES.get(tensor.dataType()));
    }

    /**
     * Copies the elements: the runtime takes bytes of any element type only from direct buffers in
     * native order, and a batch normalization in training mode writes its new statistics into the
     * memory of its inputs, which may be mapped from a file that nothing may write to.
     */
    private static ByteBuffer direct(Tensor tensor) {
        ByteBuffer bytes = tensor.bytes();
        return ByteBuffer.allocateDirect(bytes.remaining())
                .order(ByteOrder.nativeOrder())
                .put(bytes)
                .flip();
    }

    static Tensor fromOrt(OnnxTensor tensor) throws OrtException {
        TensorInfo info = tensor.getInfo();
        Shape shape = Shape.of(info.getShape());
        DataType type =
                dataType(info.onnxType)
                        .orElseThrow(() -> new IllegalStateException("unknown: " + info.onnxType));
        if (type == DataType.STRING) {
            List<Bytes> elements = new ArrayList<>();
            for (String text : flatten(tensor.getValue())) {
                elements.add(Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8)));
            }
            return new Tensor(type, shape, new TensorStorage.Strings(elements));
        }
        return new Tensor(type, shape, TensorStorage.of(tensor.getByteBuffer()));
    }

    private static String[] flatten(Object strings) {
        return strings instanceof String scalar
                ? new String[] {scalar}
                : OrtUtil.flattenString(strings);
    }

    static Optional<DataType> dataType(OnnxTensorType type) {
        String name = type.name().substring("ONNX_TENSOR_ELEMENT_DATA_TYPE_".length());
        for (DataType known : DataType.values()) {
            if (known.name().equals(name)) {
                return Optional.of(known);
            }
        }
        return Optional.empty();
    }
}
