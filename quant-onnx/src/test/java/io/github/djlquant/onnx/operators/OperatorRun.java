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
package io.github.djlquant.onnx.operators;

import ai.djl.engine.Engine;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtUtil;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the runtime makes of a model without inputs: its outputs to the last bit, or its refusal.
 */
final class OperatorRun {

    private final OrtEnvironment environment;

    OperatorRun() {
        // DJL's engine must make ONNX Runtime's environment, or it fails for later users.
        Engine.getEngine("OnnxRuntime");
        environment = OrtEnvironment.getEnvironment();
    }

    String version() {
        return environment.getVersion();
    }

    /** Returns the outputs' types, shapes and bytes by their names. */
    Map<String, List<Object>> run(byte[] model) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            // Else the runtime computes the whole model while it loads it.
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            options.setIntraOpNumThreads(1);
            try (OrtSession session = environment.createSession(model, options);
                    OrtSession.Result result = session.run(Map.of())) {
                Map<String, List<Object>> outputs = new LinkedHashMap<>();
                for (Map.Entry<String, OnnxValue> output : result) {
                    List<Object> parts = new ArrayList<>();
                    collect(output.getValue(), parts);
                    outputs.put(output.getKey(), parts);
                }
                return outputs;
            }
        }
    }

    private static void collect(Object value, List<Object> parts) throws OrtException {
        if (value instanceof OnnxTensor tensor) {
            parts.add(tensor.getInfo().type);
            parts.add(Arrays.toString(tensor.getInfo().getShape()));
            parts.add(tensor.getInfo().onnxType);
            ByteBuffer bytes = tensor.getByteBuffer();
            if (bytes != null) {
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(copy);
                parts.add(ByteBuffer.wrap(copy));
            } else {
                Object text = tensor.getValue();
                parts.add(text instanceof String s ? s : List.of(OrtUtil.flattenString(text)));
            }
        } else if (value instanceof OnnxValue other) {
            collect(other.getValue(), parts);
        } else if (value instanceof List<?> list) {
            for (Object element : list) {
                collect(element, parts);
            }
        } else {
            // A map or its parts.
            parts.add(value);
        }
    }
}
