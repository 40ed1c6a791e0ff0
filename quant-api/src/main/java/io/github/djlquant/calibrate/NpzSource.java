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
package io.github.djlquant.calibrate;

import io.github.djlquant.calibrate.npz.NpzReader;
import io.github.djlquant.graph.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads .npz files one after the other. Arrays that {@code numpy.savez} named by their position
 * (arr_0, arr_1, ...) belong to the graph's inputs in their order. A single array belongs to a
 * single input of any name, where the input's name can't be known.
 */
final class NpzSource implements TensorSource {

    private static final String POSITIONAL = "arr_";

    private final List<Path> files;
    private final FeedSpec spec;
    private int next;
    private NpzReader reader;
    private Map<String, String> names = Map.of();

    NpzSource(List<Path> files, FeedSpec spec) {
        this.files = List.copyOf(files);
        this.spec = spec;
        advance();
    }

    private void advance() {
        close();
        reader = next < files.size() ? NpzReader.open(files.get(next++)) : null;
        names = reader == null ? Map.of() : inputNames(reader.names());
    }

    private Map<String, String> inputNames(Set<String> arrays) {
        if (!spec.knownNames() && arrays.size() == 1 && spec.inputs().size() == 1) {
            return Map.of(arrays.iterator().next(), spec.inputs().get(0).name());
        }
        Map<String, String> mapped = new LinkedHashMap<>();
        boolean positional = arrays.size() == spec.inputs().size();
        for (int i = 0; positional && i < spec.inputs().size(); i++) {
            positional = arrays.contains(POSITIONAL + i);
            mapped.put(POSITIONAL + i, spec.inputs().get(i).name());
        }
        return positional ? mapped : Map.of();
    }

    @Override
    public Map<String, Tensor> next(int rows) {
        while (reader != null) {
            Map<String, Tensor> tensors = reader.read(rows);
            if (!tensors.isEmpty()) {
                Map<String, Tensor> named = new LinkedHashMap<>();
                tensors.forEach((name, t) -> named.put(names.getOrDefault(name, name), t));
                return named;
            }
            advance();
        }
        return null;
    }

    @Override
    public String description() {
        return files.get(Math.max(0, next - 1)).toString();
    }

    @Override
    public OptionalLong rows() {
        // Of a folder one would have to open every file.
        return files.size() == 1 && reader != null
                ? OptionalLong.of(reader.rows())
                : OptionalLong.empty();
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}
