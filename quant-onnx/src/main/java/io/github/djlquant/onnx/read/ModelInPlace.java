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

import com.google.protobuf.ByteString;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.onnx.proto.ElementsInFile;
import io.github.djlquant.onnx.proto.GraphProto;
import io.github.djlquant.onnx.proto.ModelProto;
import io.github.djlquant.onnx.proto.TensorProto;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model file as a message that refers to the file's large weights where they lie: a runtime maps
 * them, where it would copy the file. Everything else is as in the file, byte for byte what its
 * fields hold.
 *
 * <pre>
 * initializer { name, raw_data }   =&gt;   initializer { name, location, offset, length }
 * </pre>
 *
 * @param folder the file's folder, to which the message's locations are relative
 * @param message the encoded model; the file must stay as it is while that is in use
 */
public record ModelInPlace(Path folder, byte[] message) {

    /**
     * Makes the message.
     *
     * @param file the model
     * @return empty if the file holds no large weights in raw form, or is a symbolic link into
     *     another folder, where external data of its own would not be found
     * @throws io.github.djlquant.ModelFormatException if the file is missing, truncated or not an
     *     ONNX model
     * @throws io.github.djlquant.UnsupportedModelException if what it holds besides raw
     *     initializers does not fit memory
     */
    public static Optional<ModelInPlace> of(Path file) {
        ModelFile parsed = ModelFile.read(file);
        Optional<Path> place =
                parsed.weights().stream()
                        .filter(TensorStorage.InFile.class::isInstance)
                        .findFirst()
                        .flatMap(weight -> ((TensorStorage.InFile) weight).file().place());
        return place.filter(real -> liesIn(real, file))
                .map(real -> new ModelInPlace(real.getParent(), message(parsed, real)));
    }

    private static boolean liesIn(Path real, Path file) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            return folder != null && folder.toRealPath().equals(real.getParent());
        } catch (IOException e) {
            return false;
        }
    }

    private static byte[] message(ModelFile parsed, Path real) {
        ModelProto.Builder model = parsed.model().toBuilder();
        GraphProto.Builder graph = model.getGraphBuilder();
        for (int i = 0; i < parsed.weights().size(); i++) {
            TensorStorage weight = parsed.weights().get(i);
            if (weight != null) {
                graph.setInitializer(
                        i, with(weight, graph.getInitializer(i).toBuilder(), real.getFileName()));
            }
        }
        return model.build().toByteArray();
    }

    private static TensorProto.Builder with(
            TensorStorage weight, TensorProto.Builder proto, Path name) {
        if (weight instanceof TensorStorage.InFile stored) {
            ElementsInFile.refer(proto, name.toString(), stored.offset(), stored.byteSize());
        } else {
            proto.setRawData(
                    ByteString.copyFrom(weight.window(0, Math.toIntExact(weight.byteSize()))));
        }
        return proto;
    }
}
