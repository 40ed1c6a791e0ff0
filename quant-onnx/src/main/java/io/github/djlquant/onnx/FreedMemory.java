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

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;

/**
 * The memory of closed sessions. Where many blocks of some MB are freed, the C library of Linux
 * (glibc) takes that for a habit and keeps them for the next ones: measured, a session on 438 MB of
 * weights left 560 MB behind, beside which the next session's came.
 */
final class FreedMemory {

    /** Null where the C library is another one, or nothing can be called without JNI. */
    private static final Function TRIM = find();

    private FreedMemory() {}

    /** Gives the system back what is free; takes 5 ms, 40 behind a session of 400 MB. */
    static void giveBack() {
        if (TRIM != null) {
            TRIM.invokeInt(new Object[] {0});
        }
    }

    private static Function find() {
        if (!Platform.isLinux()) {
            return null;
        }
        try {
            return NativeLibrary.getProcess().getFunction("malloc_trim");
        } catch (LinkageError e) {
            return null;
        }
    }
}
