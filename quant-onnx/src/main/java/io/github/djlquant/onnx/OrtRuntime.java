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

import ai.djl.engine.Engine;
import ai.onnxruntime.OrtEnvironment;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * ONNX Runtime's process-wide environment. DJL's engine creates it with a name and options of its
 * own and fails if somebody was faster, so the engine is loaded first.
 */
final class OrtRuntime {

    static final String ENGINE_NAME = "OnnxRuntime";

    /**
     * While it creates its environment, ONNX Runtime 1.29.0 parses the process's command line,
     * unless {@code ORT_DISABLE_TELEMETRY=1} stands in the environment: a class path of some 3.5 kB
     * overflows a stack of the usual size and kills the JVM without a word. 256 MB are more than
     * enough for 128 kB, the longest argument on Linux; it is address space, touched only as far as
     * needed.
     */
    private static final long STACK_BYTES = 256L << 20;

    private OrtRuntime() {}

    static OrtEnvironment environment() {
        return Holder.ENVIRONMENT;
    }

    static String version() {
        return environment().getVersion();
    }

    /** Not in the holder: the thread would wait for the holder's initialization, and it for it. */
    private static OrtEnvironment create() {
        return onLargeStack(
                () -> {
                    Engine.getEngine(ENGINE_NAME);
                    return OrtEnvironment.getEnvironment();
                });
    }

    /** Waits for what another thread makes; an error that ends it reaches the caller as well. */
    static <T> T onLargeStack(Supplier<T> work) {
        CompletableFuture<T> created = new CompletableFuture<>();
        Runnable load =
                () -> {
                    try {
                        created.complete(work.get());
                    } catch (RuntimeException | LinkageError e) {
                        created.completeExceptionally(e);
                    } finally {
                        // An error of the virtual machine gets here too; no more than once counts.
                        created.completeExceptionally(
                                new IllegalStateException(
                                        "the thread that loads ONNX Runtime ended early"));
                    }
                };
        new Thread(null, load, "onnxruntime-environment", STACK_BYTES).start();
        return created.join();
    }

    private static final class Holder {
        static final OrtEnvironment ENVIRONMENT = create();
    }
}
