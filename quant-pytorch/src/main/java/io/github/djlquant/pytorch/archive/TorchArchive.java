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
package io.github.djlquant.pytorch.archive;

import io.github.djlquant.graph.Bytes;
import io.github.djlquant.graph.ValueType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A TorchScript archive in memory; tensor data stays mapped.
 *
 * @param name the name of the archive's root folder
 * @param version the format version, 1 to 10: 10 where operators with upgraders, such as {@code
 *     gelu}, have their present meaning
 * @param data the root module
 * @param constants the tuple that the code's {@code CONSTANTS.c0}, {@code c1}, ... number
 * @param code source files by their path below {@code code/}, such as {@code __torch__.py}
 * @param extra files by their path below {@code extra/}
 * @param examples what a traced module's {@code forward} was traced with, in the order of its
 *     parameters, by type and sizes; empty if the archive does not tell
 */
public record TorchArchive(
        String name,
        long version,
        PickleValue.ObjectValue data,
        PickleValue.TupleValue constants,
        Map<String, String> code,
        Map<String, Bytes> extra,
        List<ValueType.TensorType> examples) {

    /** The version that gives every operator its newest meaning. */
    public static final long NEWEST_VERSION = 10;

    /** Copies the maps; their order is kept. */
    public TorchArchive {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(constants, "constants");
        code = Collections.unmodifiableMap(new LinkedHashMap<>(code));
        extra = Collections.unmodifiableMap(new LinkedHashMap<>(extra));
        examples = List.copyOf(examples);
    }

    /**
     * An archive that does not tell what it was traced with.
     *
     * @param name the name of the archive's root folder
     * @param version the format version
     * @param data the root module
     * @param constants the constants of the code
     * @param code source files
     * @param extra other files
     */
    public TorchArchive(
            String name,
            long version,
            PickleValue.ObjectValue data,
            PickleValue.TupleValue constants,
            Map<String, String> code,
            Map<String, Bytes> extra) {
        this(name, version, data, constants, code, extra, List.of());
    }
}
