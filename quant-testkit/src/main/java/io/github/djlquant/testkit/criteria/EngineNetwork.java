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
package io.github.djlquant.testkit.criteria;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.repository.zoo.Criteria;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.ValueType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A network in an engine's own format, which the same engine loads and runs quantized. */
public interface EngineNetwork extends FloatModel {

    /**
     * Returns a float network: one input with a free batch dimension, at least one convolution.
     *
     * @return a legal graph
     */
    Graph network();

    @Override
    default String engine() {
        return backend().getEngineName();
    }

    @Override
    default long[] rowShape() {
        ValueType.TensorType type = (ValueType.TensorType) network().inputs().get(0).type();
        long[] sizes = new long[type.shape().rank()];
        sizes[0] = 1;
        for (int i = 1; i < sizes.length; i++) {
            sizes[i] = type.shape().size(i);
        }
        return sizes;
    }

    @Override
    default String fileName(String name) {
        return name + backend().fileExtension();
    }

    @Override
    default Path save(Path folder, String name) throws IOException {
        Path file = folder.resolve(fileName(name));
        backend().write(network(), backend().target(Target.Name.ANY), file);
        return file;
    }

    @Override
    default Path location(Path file) {
        return file;
    }

    @Override
    default <I, O> Criteria.Builder<I, O> describe(Criteria.Builder<I, O> criteria) {
        return criteria.optEngine(engine());
    }

    @Override
    default Map<String, String> arguments() {
        return Map.of();
    }

    @Override
    default Model load(Path file) throws IOException, MalformedModelException {
        Model model = Model.newInstance("network", engine());
        model.load(file);
        return model;
    }

    @Override
    default boolean isFreed(Block block) {
        try {
            requireOpen(block);
            return false;
        } catch (RuntimeException e) {
            return true;
        }
    }
}
