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
package io.github.djlquant.onnx.foreign;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The program of {@link ForeignRuntime}: {@code MODEL FEEDS OUTPUTS}. Uses the JDK and ONNX Runtime
 * only, as a user without this project would.
 */
final class ForeignMain {

    private ForeignMain() {}

    /** A tensor on its way between the two JVMs; elements are little-endian. */
    record Entry(String name, String type, long[] shape, byte[] content) {}

    public static void main(String[] args) throws IOException, OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            try (OrtSession session = environment.createSession(args[0], options);
                    OrtSession.Result result = session.run(feeds(environment, Path.of(args[1])))) {
                write(result, Path.of(args[2]));
            }
        }
    }

    private static Map<String, OnnxTensor> feeds(OrtEnvironment environment, Path file)
            throws IOException, OrtException {
        Map<String, OnnxTensor> feeds = new HashMap<>();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                Entry entry = read(in);
                ByteBuffer content =
                        ByteBuffer.allocateDirect(entry.content().length)
                                .order(ByteOrder.nativeOrder())
                                .put(entry.content())
                                .flip();
                feeds.put(
                        entry.name(),
                        OnnxTensor.createTensor(
                                environment,
                                content,
                                entry.shape(),
                                OnnxJavaType.valueOf(entry.type())));
            }
        }
        return feeds;
    }

    private static void write(OrtSession.Result result, Path file) throws IOException {
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
            out.writeInt(result.size());
            for (Map.Entry<String, OnnxValue> output : result) {
                OnnxTensor tensor = (OnnxTensor) output.getValue();
                ByteBuffer content = tensor.getByteBuffer();
                byte[] bytes = new byte[content.remaining()];
                content.get(bytes);
                write(
                        out,
                        output.getKey(),
                        tensor.getInfo().type.name(),
                        tensor.getInfo().getShape(),
                        bytes);
            }
        }
    }

    static void write(DataOutputStream out, String name, String type, long[] shape, byte[] content)
            throws IOException {
        out.writeUTF(name);
        out.writeUTF(type);
        out.writeInt(shape.length);
        for (long size : shape) {
            out.writeLong(size);
        }
        out.writeInt(content.length);
        out.write(content);
    }

    static Entry read(DataInputStream in) throws IOException {
        String name = in.readUTF();
        String type = in.readUTF();
        long[] shape = new long[in.readInt()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = in.readLong();
        }
        byte[] content = new byte[in.readInt()];
        in.readFully(content);
        return new Entry(name, type, shape, content);
    }
}
