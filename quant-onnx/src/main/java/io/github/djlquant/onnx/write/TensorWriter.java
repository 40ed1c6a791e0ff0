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

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.github.djlquant.graph.Bytes;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.onnx.proto.OnnxTypes;
import io.github.djlquant.onnx.proto.TensorProto;
import java.io.IOException;

/** Writes tensors inside the model, or says where they lie. */
final class TensorWriter {

    private final OutsideWeights outside;

    private TensorWriter(OutsideWeights outside) {
        this.outside = outside;
    }

    static TensorWriter inline() {
        return new TensorWriter(null);
    }

    static TensorWriter with(OutsideWeights outside) {
        return new TensorWriter(outside);
    }

    /** Writes a tensor as one message. */
    TensorProto.Builder write(String name, Tensor tensor) throws IOException {
        TensorProto.Builder proto = head(name, tensor);
        if (isRaw(tensor)) {
            proto.setRawData(UnsafeByteOperations.unsafeWrap(tensor.bytes()));
        }
        return proto;
    }

    /** Writes everything but raw data; the elements themselves if they go elsewhere. */
    TensorProto.Builder head(String name, Tensor tensor) throws IOException {
        TensorProto.Builder proto =
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(OnnxTypes.code(tensor.dataType()));
        for (Dimension dimension : tensor.shape().dimensions()) {
            proto.addDims(((Dimension.Fixed) dimension).size());
        }
        if (tensor.storage() instanceof TensorStorage.Strings strings) {
            for (Bytes element : strings.elements()) {
                proto.addStringData(ByteString.copyFrom(element.toArray()));
            }
        } else if (!isRaw(tensor)) {
            outside.refer(tensor, proto);
        }
        return proto;
    }

    /** Tells whether the elements belong into the message as raw data. */
    boolean isRaw(Tensor tensor) {
        return !(tensor.storage() instanceof TensorStorage.Strings)
                && (outside == null || !outside.holds(tensor));
    }
}
