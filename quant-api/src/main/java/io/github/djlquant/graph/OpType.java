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
package io.github.djlquant.graph;

import java.util.Objects;

/**
 * An operator of a source dialect.
 *
 * @param dialect {@link #ONNX}, {@link #ATEN} or any other domain such as {@code com.microsoft}
 * @param name the operator's name in its dialect, such as {@code Conv}
 */
public record OpType(String dialect, String name) {

    /** The dialect of the default ONNX domain ({@code ai.onnx}); DJL Blocks trace to it too. */
    public static final String ONNX = "onnx";

    /** The dialect of TorchScript's operators. */
    public static final String ATEN = "aten";

    /** The dialect of TorchScript's own building blocks: lists, tuples, conversions, branches. */
    public static final String PRIM = "prim";

    /** ONNX Runtime's own operators. */
    public static final String MICROSOFT = "com.microsoft";

    /** Requires both. */
    public OpType {
        Objects.requireNonNull(dialect, "dialect");
        Objects.requireNonNull(name, "name");
    }

    /**
     * Makes an operator of the default ONNX domain.
     *
     * @param name the operator's name
     * @return the operator
     */
    public static OpType onnx(String name) {
        return new OpType(ONNX, name);
    }

    /**
     * Tells whether this is a given operator of the default ONNX domain.
     *
     * @param onnxName the name
     * @return true if so
     */
    public boolean isOnnx(String onnxName) {
        return dialect.equals(ONNX) && name.equals(onnxName);
    }

    /** Written out: a record's own is linked on first use and slow until it is compiled. */
    @Override
    public boolean equals(Object other) {
        return other instanceof OpType type
                && name.equals(type.name)
                && dialect.equals(type.dialect);
    }

    @Override
    public int hashCode() {
        return 31 * dialect.hashCode() + name.hashCode();
    }

    @Override
    public String toString() {
        return dialect.equals(ONNX) ? name : dialect + "::" + name;
    }
}
