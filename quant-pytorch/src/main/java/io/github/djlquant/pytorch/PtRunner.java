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
package io.github.djlquant.pytorch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A TorchScript module in libtorch that takes and gives {@link Tensor}s. */
final class PtRunner implements GraphRunner {

    private final LoadedModule module;
    private final String source;
    private final Signature signature;
    private final RunOptions options;
    private final boolean profiling;
    private final ReadWriteLock running = new ReentrantReadWriteLock();
    private boolean closed;

    /**
     * Takes a module over.
     *
     * @param module the module, closed with the runner
     * @param source the file or graph to name in errors, may be null
     * @param signature its arguments and results
     * @param options how to run it
     * @param profiling whether libtorch's graph executor may profile it
     */
    PtRunner(
            LoadedModule module,
            String source,
            Signature signature,
            RunOptions options,
            boolean profiling) {
        this.module = module;
        this.source = source;
        this.signature = signature;
        this.options = options;
        this.profiling = profiling;
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> feeds) {
        check(feeds);
        running.readLock().lock();
        try (LibtorchSettings settings = LibtorchSettings.apply(options, profiling)) {
            if (closed) {
                throw new IllegalStateException("the runner is closed");
            }
            return module.run(memory -> arguments(feeds, memory), signature, this::results);
        } catch (EngineException e) {
            throw PtFailures.onRun(e, source, signature.inputs(), feeds);
        } finally {
            running.readLock().unlock();
        }
    }

    private List<NDArray> arguments(Map<String, Tensor> feeds, NDManager memory) {
        return signature.inputs().stream()
                .map(input -> PtTypes.toTorch(feeds.get(input.name()), memory))
                .toList();
    }

    private Map<String, Tensor> results(List<NDArray> arrays) {
        List<String> names = signature.outputs();
        Map<String, Tensor> results = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            results.put(names.get(i), tensor(names.get(i), arrays.get(i)));
        }
        return results;
    }

    private Tensor tensor(String name, NDArray array) {
        DataType type =
                PtTypes.dataType(array)
                        .orElseThrow(
                                () ->
                                        new UnsupportedModelException(
                                                Problem.of(
                                                                "the output "
                                                                        + name
                                                                        + " can't be read from"
                                                                        + " Java")
                                                        .in(source)
                                                        .expected(
                                                                "a tensor of float, half, double,"
                                                                        + " integer or bool")
                                                        .actual(array.getDataType())
                                                        .next(
                                                                "Convert it inside the model, for"
                                                                        + " example to float")));
        return PtTypes.fromTorch(array, type);
    }

    private void check(Map<String, Tensor> feeds) {
        List<String> names = signature.inputs().stream().map(Value::name).toList();
        for (String name : feeds.keySet()) {
            if (!names.contains(name)) {
                throw refusal("the model has no such input", names, name);
            }
        }
        for (Value input : signature.inputs()) {
            Tensor feed = feeds.get(input.name());
            if (feed == null) {
                throw refusal("the input " + input.name() + " is missing", names, feeds.keySet());
            }
            check(input, feed);
        }
    }

    private void check(Value input, Tensor feed) {
        if (!PtTypes.crosses(feed.dataType())) {
            throw refusal(
                    "the input " + input.name() + " can't be fed from Java", "another type", feed);
        }
        if (!(input.type() instanceof ValueType.TensorType wanted)) {
            return;
        }
        if (wanted.dataType() != null && wanted.dataType() != feed.dataType()) {
            throw refusal(
                    "the input " + input.name() + " has another element type",
                    wanted.dataType(),
                    feed);
        }
        if (wanted.shape() != null && !fits(wanted.shape(), feed.shape())) {
            throw refusal(
                    "the input " + input.name() + " has another shape",
                    wanted.shape(),
                    feed.shape());
        }
    }

    private static boolean fits(Shape wanted, Shape given) {
        if (wanted.rank() != given.rank()) {
            return false;
        }
        for (int axis = 0; axis < wanted.rank(); axis++) {
            if (wanted.size(axis) >= 0 && wanted.size(axis) != given.size(axis)) {
                return false;
            }
        }
        return true;
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
                module.close();
            }
        } finally {
            running.writeLock().unlock();
        }
    }
}
