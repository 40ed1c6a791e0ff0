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

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;

/** libtorch as DJL's engine loads it: when it is first needed, once per process. */
final class Libtorch {

    static final String ENGINE_NAME = "PyTorch";

    /** The version whose natives lie on Maven Central beside DJL's bridge to them. */
    static final String LOWEST_VERSION = "2.7.1";

    private Libtorch() {}

    /**
     * Loads the engine.
     *
     * @return DJL's engine
     * @throws UnsupportedModelException if the engine or its natives are missing
     */
    static Engine engine() {
        Engine engine;
        try {
            engine = Engine.getEngine(ENGINE_NAME);
        } catch (EngineException | LinkageError e) {
            throw new UnsupportedModelException(missing(e), e);
        }
        String chosen = System.getProperty(EngineInProcess.PROPERTY, "");
        if (!chosen.isBlank()) {
            EngineInProcess.select(EngineInProcess.named(chosen));
        }
        return engine;
    }

    static String version() {
        return engine().getVersion();
    }

    private static Problem missing(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return Problem.of("DJL's PyTorch engine does not load")
                .expected("libtorch and DJL's bridge to it on the class path")
                .actual(cause)
                .next(
                        "Add ai.djl.pytorch:pytorch-native-cpu:"
                                + LOWEST_VERSION
                                + " (classifier "
                                + classifier()
                                + ") and ai.djl.pytorch:pytorch-jni:"
                                + LOWEST_VERSION
                                + "-"
                                + Engine.getDjlVersion()
                                + " to the dependencies");
    }

    /** As DJL names platforms. */
    private static String classifier() {
        String system = System.getProperty("os.name").toLowerCase(java.util.Locale.ROOT);
        String name = system.startsWith("mac") ? "osx" : system.startsWith("win") ? "win" : "linux";
        String arch = System.getProperty("os.arch");
        return name + "-" + (arch.equals("amd64") ? "x86_64" : arch);
    }
}
