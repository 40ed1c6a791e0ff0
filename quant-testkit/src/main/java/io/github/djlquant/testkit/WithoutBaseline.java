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
package io.github.djlquant.testkit;

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.monitor.DriftBaseline;
import java.nio.file.Path;

/**
 * An artifact but for its baseline for drift, which tells whether rows were seen one by one: none
 * are where a kept table stands for the data, and all else is to be the same.
 */
public final class WithoutBaseline {

    private WithoutBaseline() {}

    /**
     * Writes a copy.
     *
     * @param artifact a quantized model with a baseline
     * @return a file beside it
     * @throws IllegalArgumentException if it has no baseline
     */
    public static Path of(Path artifact) {
        Backend backend = Backends.forFile(artifact);
        Graph graph = backend.read(artifact);
        if (!graph.metadata().containsKey(DriftBaseline.METADATA_KEY)) {
            throw new IllegalArgumentException(artifact + " has no baseline");
        }
        Path rest = artifact.resolveSibling("rest-of-" + artifact.getFileName());
        backend.write(
                graph.edit().metadata(DriftBaseline.METADATA_KEY, "").build(),
                backend.target(Target.Name.ANY),
                rest);
        return rest;
    }
}
