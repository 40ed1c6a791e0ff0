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
package io.github.djlquant.onnx.proto;

/** How a tensor's message refers to elements that lie in a file. */
public final class ElementsInFile {

    private ElementsInFile() {}

    /**
     * Adds the three entries by which a message refers to bytes of a file.
     *
     * @param proto the tensor's message, without elements
     * @param location the file, relative to the model's folder
     * @param offset bytes from the start of the file
     * @param length how many bytes
     */
    public static void refer(TensorProto.Builder proto, String location, long offset, long length) {
        proto.setDataLocation(TensorProto.DataLocation.EXTERNAL);
        add(proto, "location", location);
        add(proto, "offset", Long.toString(offset));
        add(proto, "length", Long.toString(length));
    }

    private static void add(TensorProto.Builder proto, String key, String value) {
        proto.addExternalData(StringStringEntryProto.newBuilder().setKey(key).setValue(value));
    }
}
