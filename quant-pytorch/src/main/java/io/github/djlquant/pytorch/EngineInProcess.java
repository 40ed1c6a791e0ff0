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
import io.github.djlquant.recipe.QuantizedEngine;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The library to which the libtorch of this process leaves quantized convolutions and linear
 * layers. All give the same answers where no sum saturates; the default is the fastest on x86-64,
 * and choosing another one is only for comparing: what a recipe asks for lies in the file.
 *
 * <p>Weights are packed for one of them when a file is loaded, so the choice must come before. DJL
 * has no setter: this class calls {@code at::Context} by its symbols.
 */
final class EngineInProcess {

    /** The system property that chooses one; unset, libtorch does. */
    static final String PROPERTY = "djlquant.pytorch.qengine";

    private static final String SETTER = "_ZN2at7Context10setQEngineEN3c107QEngineE";
    private static final String GETTER = "_ZNK2at7Context7qEngineEv";
    private static final String CONTEXT = "_ZN2at13globalContextEv";
    private static final String SUPPORTED = "_ZN2at7Context17supportedQEnginesEv";

    private EngineInProcess() {}

    /**
     * Reads a name as written in the property.
     *
     * @throws RecipeException if it names none
     */
    static QuantizedEngine named(String name) {
        return QuantizedEngine.named(name)
                .orElseThrow(
                        () ->
                                new RecipeException(
                                        Problem.of(
                                                        "the system property "
                                                                + PROPERTY
                                                                + " names no quantized engine")
                                                .expected(
                                                        Arrays.stream(QuantizedEngine.values())
                                                                .map(QuantizedEngine::text)
                                                                .collect(Collectors.joining(", ")))
                                                .actual(name)));
    }

    /** The one that packs what is loaded from now on; the engine must be loaded. */
    static QuantizedEngine current() {
        int code = function(GETTER).invokeInt(new Object[] {context()});
        return Arrays.stream(QuantizedEngine.values())
                .filter(engine -> code(engine) == code)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("quantized engine " + code));
    }

    /**
     * Has what is loaded from now on packed for one; the engine must be loaded.
     *
     * @throws UnsupportedModelException if this libtorch can't be told, or was built without it
     */
    static void select(QuantizedEngine engine) {
        if (!supported().contains(engine)) {
            // libtorch would throw through a caller that knows no C++ exceptions.
            throw new UnsupportedModelException(
                    Problem.of("this libtorch was built without a quantized engine")
                            .in(LibUtils.getLibtorchPath())
                            .expected(supported())
                            .actual(engine.text())
                            .next("Leave the system property " + PROPERTY + " unset"));
        }
        function(SETTER).invokeVoid(new Object[] {context(), code(engine)});
    }

    /** The ones that this libtorch was built with; the engine must be loaded. */
    static Set<QuantizedEngine> supported() {
        // const std::vector<QEngine>&, of which each element is one byte.
        Pointer vector = function(SUPPORTED).invokePointer(new Object[0]);
        Pointer begin = vector.getPointer(0);
        long count = Pointer.nativeValue(vector.getPointer(8)) - Pointer.nativeValue(begin);
        Set<QuantizedEngine> found = EnumSet.noneOf(QuantizedEngine.class);
        for (byte code : begin.getByteArray(0, Math.toIntExact(count))) {
            Arrays.stream(QuantizedEngine.values())
                    .filter(engine -> code(engine) == code)
                    .forEach(found::add);
        }
        return found;
    }

    /** As in {@code c10::QEngine}. */
    private static int code(QuantizedEngine engine) {
        return switch (engine) {
            case FBGEMM -> 1;
            case QNNPACK -> 2;
            case ONEDNN -> 3;
            case X86 -> 4;
        };
    }

    private static Pointer context() {
        return function(CONTEXT).invokePointer(new Object[0]);
    }

    /** Loaded by DJL already; this only finds it again. */
    private static com.sun.jna.Function function(String symbol) {
        try {
            return NativeLibrary.getInstance(
                            Path.of(LibUtils.getLibtorchPath(), System.mapLibraryName("torch_cpu"))
                                    .toString())
                    .getFunction(symbol);
        } catch (UnsatisfiedLinkError e) {
            throw new UnsupportedModelException(
                    Problem.of("this libtorch can't be told which quantized engine to use")
                            .in(LibUtils.getLibtorchPath())
                            .actual(e.getMessage())
                            .next("Leave the system property " + PROPERTY + " unset"),
                    e);
        }
    }
}
