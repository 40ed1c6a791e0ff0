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
package io.github.djlquant.benchmarks;

import ai.djl.engine.Engine;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * A model file in ONNX Runtime, as any Java program would run it: nothing of this project is
 * between the file and the runtime.
 */
final class Contender implements Timed {

    private final String name;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private Map<String, OnnxTensor> feeds = Map.of();

    /**
     * Opens a file.
     *
     * @param name how the tables call it
     * @param file the model
     * @param threads threads inside one call; 0 leaves it to the runtime
     */
    Contender(String name, Path file, int threads) throws OrtException {
        this.name = name;
        environment = environment();
        try (SessionOptions options = new SessionOptions()) {
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            options.setOptimizationLevel(OptLevel.ALL_OPT);
            if (threads > 0) {
                options.setIntraOpNumThreads(threads);
            }
            session = environment.createSession(file.toString(), options);
        }
    }

    static OrtEnvironment environment() {
        // Whoever creates the environment before DJL's engine does, breaks the engine.
        Engine.getEngine("OnnxRuntime");
        return OrtEnvironment.getEnvironment();
    }

    String name() {
        return name;
    }

    /** Sets what {@link #medianTime} runs. */
    Contender feed(float[] values, long[] shape) throws OrtException {
        feeds = Map.of("input", tensor(values, shape));
        return this;
    }

    /** Sets one sequence of reproducible token numbers, all of it unmasked, of type 0. */
    Contender feedTokens(int length, int words) throws OrtException {
        Map<String, OnnxTensor> made = new HashMap<>();
        for (String name : session.getInputNames()) {
            long[] values = new long[length];
            if (name.equals("input_ids")) {
                Random random = new Random(length);
                Arrays.setAll(values, i -> random.nextInt(words));
            } else if (name.equals("attention_mask")) {
                Arrays.fill(values, 1);
            }
            made.put(
                    name,
                    OnnxTensor.createTensor(
                            environment, LongBuffer.wrap(values), new long[] {1, length}));
        }
        feeds = made;
        return this;
    }

    @Override
    public CallTime medianTime(int calls) throws Exception {
        return Timed.medianTime(calls, () -> session.run(feeds).close());
    }

    /** Runs a batch and returns its first output, flat. */
    float[] run(float[] values, long[] shape) throws OrtException {
        try (OnnxTensor batch = tensor(values, shape);
                OrtSession.Result result = session.run(Map.of("input", batch))) {
            FloatBuffer buffer = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] out = new float[buffer.remaining()];
            buffer.get(out);
            return out;
        }
    }

    private OnnxTensor tensor(float[] values, long[] shape) throws OrtException {
        return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
    }

    @Override
    public void close() throws OrtException {
        feeds.values().forEach(OnnxTensor::close);
        session.close();
    }
}
