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

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.onnx.read.OnnxReader;
import io.github.djlquant.testkit.RealFiles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real model, read and written, computes the very same bits. */
class RealModelRoundTripIT {

    @TempDir Path folder;

    @BeforeAll
    static void engineFirst() {
        // DJL's engine must make ONNX Runtime's environment, or it fails for later users.
        Engine.getEngine("OnnxRuntime");
    }

    @Test
    void resNet20() throws Exception {
        assertSameOutputs(RealFiles.find("cifar10/resnet20_cifar10.onnx"), WriteOptions.DEFAULT);
    }

    @Test
    void resNet20WithExternalData() throws Exception {
        assertSameOutputs(
                RealFiles.find("cifar10/resnet20_cifar10.onnx"),
                WriteOptions.DEFAULT.withInlineLimit(0));
    }

    @Test
    void miniLm() throws Exception {
        assertSameOutputs(RealFiles.find("minilm/minilm_l6_v2.onnx"), WriteOptions.DEFAULT);
    }

    private void assertSameOutputs(Path source, WriteOptions options) throws Exception {
        Graph graph = OnnxReader.read(source);
        Path copy = folder.resolve("copy.onnx");
        OnnxWriter.write(graph, copy, options);
        Graph again = OnnxReader.read(copy);
        assertThat(again).hasToString(graph.toString());
        assertThat(again.metadata()).isEqualTo(graph.metadata());
        assertThat(again.opsets()).isEqualTo(graph.opsets());

        Map<String, byte[]> expected = run(source);
        Map<String, byte[]> actual = run(copy);
        assertThat(expected).isNotEmpty();
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, bytes) -> assertThat(actual.get(name)).isEqualTo(bytes));
    }

    private static Map<String, byte[]> run(Path model) throws Exception {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            try (OrtSession session = environment.createSession(model.toString(), options)) {
                return run(environment, session);
            }
        }
    }

    private static Map<String, byte[]> run(OrtEnvironment environment, OrtSession session)
            throws Exception {
        Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        for (String name : session.getInputNames()) {
            inputs.put(
                    name,
                    name.equals("input")
                            ? OnnxTensor.createTensor(environment, pixels(), IMAGES)
                            : OnnxTensor.createTensor(environment, tokens(name), TOKENS));
        }
        Map<String, byte[]> outputs = new LinkedHashMap<>();
        try (OrtSession.Result result = session.run(inputs)) {
            for (Map.Entry<String, ai.onnxruntime.OnnxValue> entry : result) {
                ByteBuffer bytes =
                        ((OnnxTensor) entry.getValue())
                                .getByteBuffer()
                                .order(ByteOrder.LITTLE_ENDIAN);
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(copy);
                outputs.put(entry.getKey(), copy);
            }
        }
        inputs.values().forEach(OnnxTensor::close);
        return outputs;
    }

    private static final long[] IMAGES = {4, 3, 32, 32};
    private static final long[] TOKENS = {2, 16};

    private static FloatBuffer pixels() {
        Random random = new Random(7);
        FloatBuffer pixels = FloatBuffer.allocate(4 * 3 * 32 * 32);
        while (pixels.hasRemaining()) {
            pixels.put((float) random.nextGaussian());
        }
        return pixels.flip();
    }

    private static LongBuffer tokens(String name) {
        Random random = new Random(7);
        LongBuffer tokens = LongBuffer.allocate(2 * 16);
        while (tokens.hasRemaining()) {
            tokens.put(
                    switch (name) {
                        case "input_ids" -> random.nextInt(30_000);
                        case "attention_mask" -> 1;
                        default -> 0;
                    });
        }
        return tokens.flip();
    }
}
