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
package io.github.djlquant.trace.record;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;

/**
 * A value that a Block read or made.
 *
 * @param kind where it comes from
 * @param name the input's or parameter's name; the path of the Block that made it otherwise
 * @param dataType the element type
 * @param shape the extents in this run
 * @param content the elements, where they do not depend on what an input holds; else null
 */
public record RecordedValue(
        Kind kind, String name, DataType dataType, long[] shape, Content content) {

    /** Where a value comes from. */
    public enum Kind {
        /** Supplied by the caller. */
        INPUT,
        /** A parameter of a Block. */
        PARAMETER,
        /** An array that the Block holds or made from numbers. */
        CONSTANT,
        /** Made by a recorded call. */
        RESULT
    }

    /** Elements, copied from the engine when they are asked for. */
    @FunctionalInterface
    public interface Content {

        /**
         * Copies the elements.
         *
         * @return a tensor
         */
        Tensor read();
    }
}
