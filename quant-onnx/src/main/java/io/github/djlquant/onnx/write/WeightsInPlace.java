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
package io.github.djlquant.onnx.write;

import io.github.djlquant.graph.FileBytes;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.onnx.proto.ElementsInFile;
import io.github.djlquant.onnx.proto.TensorProto;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Weights that stay in the files from which they were read, for messages that are read at once: a
 * runtime maps them, where it would copy what it is given.
 *
 * <pre>
 * initializer { name, raw_data }   =&gt;   initializer { name, location, offset, length }
 * </pre>
 */
public final class WeightsInPlace implements OutsideWeights {

    private final Path folder;
    private final Map<FileBytes, String> names;

    private WeightsInPlace(Path folder, Map<FileBytes, String> names) {
        this.folder = folder;
        this.names = names;
    }

    /**
     * Finds the weights of a graph that lie in files.
     *
     * @param graph a graph
     * @return those of the folder that holds most of them; empty if there are none
     */
    public static Optional<WeightsInPlace> of(Graph graph) {
        Map<FileBytes, Long> sizes = new HashMap<>();
        for (Tensor tensor : graph.constants().values()) {
            if (tensor.storage() instanceof TensorStorage.InFile stored) {
                sizes.merge(stored.file(), stored.byteSize(), Long::sum);
            }
        }
        Map<Path, Long> folders = new HashMap<>();
        sizes.forEach(
                (file, size) ->
                        file.place()
                                .ifPresent(
                                        place ->
                                                folders.merge(place.getParent(), size, Long::sum)));
        return folders.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(most -> new WeightsInPlace(most.getKey(), names(most.getKey(), sizes)));
    }

    private static Map<FileBytes, String> names(Path folder, Map<FileBytes, Long> files) {
        Map<FileBytes, String> names = new HashMap<>();
        for (FileBytes file : files.keySet()) {
            file.place()
                    .filter(place -> folder.equals(place.getParent()))
                    .ifPresent(place -> names.put(file, place.getFileName().toString()));
        }
        return names;
    }

    /**
     * Returns the folder of the files.
     *
     * @return a path without symbolic links
     */
    public Path folder() {
        return folder;
    }

    /**
     * Returns the size of the other weights.
     *
     * @param graph the graph, with its bodies
     * @return bytes that go into the message
     */
    public long others(Graph graph) {
        return OnnxWriter.weightBytes(graph)
                - graph.constants().values().stream()
                        .filter(this::holds)
                        .mapToLong(tensor -> tensor.storage().byteSize())
                        .sum();
    }

    @Override
    public boolean holds(Tensor tensor) {
        return tensor.storage() instanceof TensorStorage.InFile stored
                && names.containsKey(stored.file());
    }

    @Override
    public void refer(Tensor tensor, TensorProto.Builder proto) {
        TensorStorage.InFile stored = (TensorStorage.InFile) tensor.storage();
        ElementsInFile.refer(proto, names.get(stored.file()), stored.offset(), stored.byteSize());
    }
}
