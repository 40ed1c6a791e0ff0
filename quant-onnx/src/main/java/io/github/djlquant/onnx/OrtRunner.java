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

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.Provenance;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A session of ONNX Runtime that takes and gives {@link Tensor}s. */
final class OrtRunner implements GraphRunner {

    private final OrtSession session;
    private final String source;
    private final Map<String, TensorInfo> inputs;
    private final ReadWriteLock running = new ReentrantReadWriteLock();
    private final boolean large;
    private boolean closed;

    private OrtRunner(
            OrtSession session, String source, boolean large, Map<String, TensorInfo> inputs) {
        this.session = session;
        this.source = source;
        this.large = large;
        this.inputs = inputs;
    }

    static OrtRunner open(Path file, RunOptions options) {
        OrtSession session = OrtSessions.open(file, options);
        try {
            Provenance.in(session.getMetadata().getCustomMetadata(), file.toString())
                    .ifPresent(made -> made.requirePlace(file, OrtRuntime.version()));
        } catch (OrtException e) {
            closeQuietly(session, e);
            throw OrtFailures.onOpen(e, file.toString());
        } catch (QuantizationException e) {
            closeQuietly(session, e);
            throw e;
        }
        return of(session, file.toString(), OrtSessions.isLarge(file));
    }

    static OrtRunner open(Graph graph, RunOptions options) {
        return of(OrtSessions.open(graph, options), null, OrtSessions.isLarge(graph));
    }

    /**
     * Takes a session over, also when it fails.
     *
     * @param session the session, closed with the runner
     * @param source the file to name in errors, or null: whoever made a graph knows from which
     * @param large true to give its memory back to the system when it is closed
     */
    private static OrtRunner of(OrtSession session, String source, boolean large) {
        try {
            return new OrtRunner(session, source, large, signature(session, source));
        } catch (OrtException e) {
            closeQuietly(session, e);
            throw OrtFailures.onOpen(e, source);
        } catch (UnsupportedModelException e) {
            closeQuietly(session, e);
            throw e;
        }
    }

    private static Map<String, TensorInfo> signature(OrtSession session, String source)
            throws OrtException {
        Map<String, TensorInfo> inputs = new LinkedHashMap<>();
        for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
            if (!(input.getValue().getInfo() instanceof TensorInfo tensor)) {
                throw new UnsupportedModelException(
                        Problem.of("the input " + input.getKey() + " is no tensor")
                                .in(source)
                                .actual(input.getValue().getInfo())
                                .next("Only models that take tensors can be run"));
            }
            inputs.put(input.getKey(), tensor);
        }
        return inputs;
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> feeds) {
        feeds.forEach(this::check);
        inputs.keySet().stream()
                .filter(name -> !feeds.containsKey(name))
                .findFirst()
                .ifPresent(
                        name -> {
                            throw refusal(
                                    "the input " + name + " is missing",
                                    inputs.keySet(),
                                    feeds.keySet());
                        });
        running.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the runner is closed");
            }
            return runOpen(feeds);
        } catch (OrtException e) {
            throw OrtFailures.onRun(e, source, rows(feeds));
        } finally {
            running.readLock().unlock();
        }
    }

    private static long rows(Map<String, Tensor> feeds) {
        return feeds.values().stream()
                .mapToLong(feed -> feed.shape().rank() == 0 ? 1 : feed.shape().size(0))
                .max()
                .orElse(1);
    }

    private Map<String, Tensor> runOpen(Map<String, Tensor> feeds) throws OrtException {
        Map<String, OnnxTensor> fed = new HashMap<>();
        try {
            for (Map.Entry<String, Tensor> feed : feeds.entrySet()) {
                fed.put(feed.getKey(), OrtTypes.toOrt(feed.getValue()));
            }
            try (OrtSession.Result results = RunWatch.SHARED.run(session, fed)) {
                Map<String, Tensor> outputs = new LinkedHashMap<>();
                for (Map.Entry<String, OnnxValue> result : results) {
                    outputs.put(result.getKey(), tensor(result.getKey(), result.getValue()));
                }
                return outputs;
            }
        } finally {
            fed.values().forEach(OnnxTensor::close);
        }
    }

    /** Runs a session on the same batch again and again, and drops the answers. */
    static void run(OrtSession session, Map<String, Tensor> feeds, int calls) throws OrtException {
        OrtRunner runner = of(session, null, false);
        for (int call = 0; call < calls; call++) {
            runner.run(feeds);
        }
    }

    private Tensor tensor(String name, OnnxValue value) throws OrtException {
        if (value instanceof OnnxTensor tensor && OrtTypes.crosses(tensor)) {
            return OrtTypes.fromOrt(tensor);
        }
        throw new UnsupportedModelException(
                Problem.of("the output " + name + " can't be read from Java")
                        .in(source)
                        .expected("a tensor of float, integer, bool or string")
                        .actual(value.getInfo())
                        .next("Remove the output, or convert it to a tensor inside the model"));
    }

    private void check(String name, Tensor feed) {
        TensorInfo input = inputs.get(name);
        if (input == null) {
            throw refusal("the model has no such input", inputs.keySet(), name);
        }
        DataType wanted = OrtTypes.dataType(input.onnxType).orElse(null);
        if (feed.dataType() != wanted) {
            throw refusal("the input " + name + " has another element type", wanted, feed);
        }
        if (!OrtTypes.crosses(wanted)) {
            throw refusal("the input " + name + " can't be fed from Java", "another type", feed);
        }
        long[] shape = input.getShape();
        // The runtime tells an input without a declared shape from a scalar only when it runs.
        boolean fits = shape.length == 0 || feed.shape().rank() == shape.length;
        for (int axis = 0; fits && axis < shape.length; axis++) {
            fits = shape[axis] < 0 || shape[axis] == feed.shape().size(axis);
        }
        if (!fits) {
            throw refusal(
                    "the input " + name + " has another shape",
                    Arrays.toString(shape) + " where -1 is free",
                    feed.shape());
        }
    }

    private CalibrationException refusal(String what, Object expected, Object actual) {
        return new CalibrationException(
                Problem.of(what).in(source).expected(expected).actual(actual));
    }

    /** Waits for running batches; closing twice does nothing. */
    @Override
    public void close() {
        running.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                session.close();
                if (large) {
                    FreedMemory.giveBack();
                }
            }
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime does not close its session", e);
        } finally {
            running.writeLock().unlock();
        }
    }

    private static void closeQuietly(OrtSession session, Exception because) {
        try {
            session.close();
        } catch (OrtException e) {
            because.addSuppressed(e);
        }
    }
}
