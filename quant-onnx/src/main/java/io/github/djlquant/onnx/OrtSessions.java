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

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.TemporaryFolder;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.onnx.read.ModelInPlace;
import io.github.djlquant.onnx.write.OnnxWriter;
import io.github.djlquant.onnx.write.WeightsInPlace;
import io.github.djlquant.onnx.write.WriteOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** Opens sessions of ONNX Runtime on files and graphs. */
final class OrtSessions {

    /**
     * Threads of a session spin for a while after a run, in wait of the next one. Here sessions
     * take turns with each other and with Java code, from whom they would take the processor.
     */
    private static final String STOP_SPINNING = "session.force_spinning_stop";

    /** Where the files lie that a model in memory names. */
    private static final String WEIGHTS_FOLDER =
            "session.model_external_initializers_file_folder_path";

    /**
     * Larger graphs go to the runtime through a file: it reads that piece by piece, where an array
     * of all weights would stay in the heap until a collection, beside what the runtime makes of
     * it.
     */
    private static final long LARGE = 16 << 20;

    private OrtSessions() {}

    /**
     * Opens a file. Large weights are mapped from it, where the runtime by itself would hold the
     * whole file and a copy of them at once.
     *
     * @param file the model, which must stay as it is until the session is closed
     * @param options how to run it
     */
    static OrtSession open(Path file, RunOptions options) {
        Optional<ModelInPlace> model =
                isLarge(file)
                        ? ModelInPlace.of(file).filter(m -> m.message().length <= LARGE)
                        : Optional.empty();
        if (model.isEmpty()) {
            return open(file, options, null);
        }
        makeRoom(true);
        try {
            return openInPlace(model.get().message(), model.get().folder(), options);
        } catch (OrtException e) {
            throw OrtFailures.onOpen(e, file.toString());
        }
    }

    /**
     * Opens a file.
     *
     * @param file the model
     * @param options how to run it
     * @param optimized where the runtime leaves its optimized form, or null
     */
    static OrtSession open(Path file, RunOptions options, Path optimized) {
        return open(file, options, optimized, null);
    }

    /**
     * Opens a file.
     *
     * @param file the model
     * @param options how to run it
     * @param optimized where the runtime leaves its optimized form, or null
     * @param profile how the file of times begins, or null to take none
     */
    static OrtSession open(Path file, RunOptions options, Path optimized, Path profile) {
        makeRoom(isLarge(file));
        try (SessionOptions settings = settings(options)) {
            if (profile != null) {
                settings.enableProfiling(profile.toString());
            }
            if (optimized != null) {
                settings.setOptimizedModelFilePath(optimized.toString());
            }
            return OrtRuntime.environment().createSession(file.toString(), settings);
        } catch (OrtException e) {
            throw OrtFailures.onOpen(e, file.toString());
        }
    }

    static OrtSession open(Graph graph, RunOptions options) {
        makeRoom(isLarge(graph));
        try {
            if (!isLarge(graph)) {
                return openInMemory(graph, options);
            }
            Optional<WeightsInPlace> weights =
                    WeightsInPlace.of(graph).filter(inPlace -> inPlace.others(graph) <= LARGE);
            return weights.isPresent()
                    ? openInPlace(
                            OnnxWriter.toBytes(graph, weights.get()),
                            weights.get().folder(),
                            options)
                    : openThroughFile(graph, options);
        } catch (OrtException e) {
            throw OrtFailures.onOpen(e, null);
        } catch (IOException e) {
            throw new QuantizationException(
                    Problem.of("the graph can't be written for the runtime")
                            .actual(e)
                            .next("Make room in the folder of temporary files (java.io.tmpdir)"),
                    e);
        }
    }

    /** What others freed would else lie beside the new session's weights. */
    private static void makeRoom(boolean large) {
        if (large) {
            FreedMemory.giveBack();
        }
    }

    static boolean isLarge(Graph graph) {
        return OnnxWriter.weightBytes(graph) > LARGE;
    }

    /** Weights beside the file are mapped by the runtime and don't count. */
    static boolean isLarge(Path file) {
        return file.toFile().length() > LARGE;
    }

    private static OrtSession openInMemory(Graph graph, RunOptions options) {
        try (SessionOptions settings = settings(options)) {
            return OrtRuntime.environment().createSession(OnnxWriter.toBytes(graph), settings);
        } catch (OrtException e) {
            throw OrtFailures.onOpen(e, null);
        }
    }

    /** The runtime maps the weights where they lie. */
    private static OrtSession openInPlace(byte[] model, Path weights, RunOptions options)
            throws OrtException {
        try (SessionOptions settings = settings(options)) {
            settings.addConfigEntry(WEIGHTS_FOLDER, weights.toString());
            return OrtRuntime.environment().createSession(model, settings);
        }
    }

    private static OrtSession openThroughFile(Graph graph, RunOptions options) throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create();
                SessionOptions settings = settings(options)) {
            Path file = folder.path().resolve("model.onnx");
            OnnxWriter.write(graph, file, WriteOptions.TEMPORARY);
            return OrtRuntime.environment().createSession(file.toString(), settings);
        } catch (OrtException e) {
            throw OrtFailures.onOpen(e, null);
        }
    }

    private static SessionOptions settings(RunOptions options) throws OrtException {
        SessionOptions settings = new SessionOptions();
        // Errors come as exceptions; the runtime would print them as well.
        settings.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
        settings.addConfigEntry(STOP_SPINNING, "1");
        settings.setOptimizationLevel(options.optimize() ? OptLevel.ALL_OPT : OptLevel.NO_OPT);
        OptionalInt threads = threads(options);
        if (threads.isPresent()) {
            settings.setIntraOpNumThreads(threads.getAsInt());
        }
        return settings;
    }

    /**
     * The session's threads, of which the calling one is the first; those of other calls come on
     * top.
     */
    private static OptionalInt threads(RunOptions options) {
        int others = options.atOnce() - 1;
        boolean few = Runtime.getRuntime().availableProcessors() <= options.atOnce();
        if (options.threads() > 0) {
            return OptionalInt.of(Math.max(1, options.threads() - others));
        }
        return others > 0 && few ? OptionalInt.of(1) : OptionalInt.empty();
    }
}
