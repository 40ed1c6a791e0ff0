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
package io.github.djlquant.backend;

import io.github.djlquant.graph.Tensor;
import java.util.Map;

/**
 * A graph opened in the engine together with probes: one run yields every probe's small result.
 * Safe for several threads.
 */
public interface ProbeRunner extends AutoCloseable {

    /**
     * Runs one batch.
     *
     * @param feeds a tensor for each of the graph's inputs
     * @param batch the batch's number in the data, from 0; a {@link Probe.Sample} starts elsewhere
     *     in each batch, and always at the same place in the same one, whoever ran before
     * @return a float tensor for each probe: {@code [2]} for {@link Probe.MinMax} (min, max), one
     *     element for {@link Probe.NanSign}, {@code [3 n]} for {@link Probe.ChannelSizes}, {@code
     *     [n]} for the others
     * @throws io.github.djlquant.CalibrationException if the engine refuses the inputs
     */
    Map<Probe, Tensor> run(Map<String, Tensor> feeds, long batch);

    /** Frees the engine's memory. */
    @Override
    void close();
}
