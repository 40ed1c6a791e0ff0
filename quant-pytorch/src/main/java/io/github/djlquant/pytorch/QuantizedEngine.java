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

import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import io.github.djlquant.UnsupportedModelException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The libraries that libtorch can leave quantized convolutions and linear layers to. All give the
 * same answers where no sum saturates; the default is the fastest on x86-64, and choosing another
 * one is only for comparing.
 *
 * <p>Weights are packed for one of them when a file is loaded, so the choice must come before. DJL
 * has no setter: this one calls {@code at::Context::setQEngine} by its symbol.
 */
enum QuantizedEngine {
    /** Facebook's general matrix multiplication. */
    FBGEMM(1),
    /** For Arm and small devices; exact on every CPU, and slower. */
    QNNPACK(2),
    /** oneDNN for everything. */
    ONEDNN(3),
    /** oneDNN for convolutions, fbgemm for linear layers: libtorch's default on x86-64. */
    X86(4);

    /** The system property that chooses one; unset, libtorch does. */
    static final String PROPERTY = "djlquant.pytorch.qengine";

    private static final String SETTER = "_ZN2at7Context10setQEngineEN3c107QEngineE";
    private static final String GETTER = "_ZNK2at7Context7qEngineEv";
    private static final String CONTEXT = "_ZN2at13globalContextEv";

    /** As in {@code c10::QEngine}. */
    private final int code;

    QuantizedEngine(int code) {
        this.code = code;
    }

    /**
     * Reads a name as written in the property.
     *
     * @throws RecipeException if it names none
     */
    static QuantizedEngine named(String name) {
        return Arrays.stream(values())
                .filter(engine -> engine.text().equals(name.strip().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(
                        () ->
                                new RecipeException(
                                        Problem.of(
                                                        "the system property "
                                                                + PROPERTY
                                                                + " names no quantized engine")
                                                .expected(
                                                        Arrays.stream(values())
                                                                .map(QuantizedEngine::text)
                                                                .collect(Collectors.joining(", ")))
                                                .actual(name)));
    }

    /** The one that packs what is loaded from now on; the engine must be loaded. */
    static QuantizedEngine current() {
        int code = call(GETTER, context());
        return Arrays.stream(values())
                .filter(engine -> engine.code == code)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("quantized engine " + code));
    }

    /**
     * Has what is loaded from now on packed for this one; the engine must be loaded.
     *
     * @throws UnsupportedModelException if this libtorch can't be told
     */
    void select() {
        call(SETTER, context(), code);
    }

    private String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static Pointer context() {
        return library().getFunction(CONTEXT).invokePointer(new Object[0]);
    }

    private static int call(String symbol, Object... arguments) {
        try {
            return library().getFunction(symbol).invokeInt(arguments);
        } catch (UnsatisfiedLinkError e) {
            throw new UnsupportedModelException(
                    Problem.of("this libtorch can't be told which quantized engine to use")
                            .in(LibUtils.getLibtorchPath())
                            .actual(e.getMessage())
                            .next("Leave the system property " + PROPERTY + " unset"),
                    e);
        }
    }

    /** Loaded by DJL already; this only finds it again. */
    private static NativeLibrary library() {
        return NativeLibrary.getInstance(
                Path.of(LibUtils.getLibtorchPath(), System.mapLibraryName("torch_cpu")).toString());
    }
}
