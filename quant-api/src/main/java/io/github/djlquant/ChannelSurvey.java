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
package io.github.djlquant;

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.calibrate.ChannelProfiler;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.observe.ChannelProfile;
import io.github.djlquant.plan.OutlierChannels;
import io.github.djlquant.transform.TransformContext;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Looks for channels that stand out on inputs made from the signature, also where there is data: so
 * a calibration that is kept or resumed meets the same graph again, whatever its data.
 */
final class ChannelSurvey {

    private final Backend backend;
    private final int threads;

    ChannelSurvey(Backend backend, int threads) {
        this.backend = backend;
        this.threads = threads;
    }

    /** The sizes of the channels worth looking at; none if the model takes no made inputs. */
    Map<String, ChannelProfile> of(
            Graph graph, TransformContext context, Supplier<List<Map<String, Tensor>>> batches) {
        List<String> values = new OutlierChannels(graph, context).values();
        if (values.isEmpty()) {
            return Map.of();
        }
        try {
            return ChannelProfiler.profile(backend, graph, values, batches.get(), options());
        } catch (UnsupportedModelException | CalibrationException e) {
            context.didNotFire(
                    "DivideOutlierChannels",
                    values.get(0),
                    "no inputs can be made that show which channels stand out: " + e.getMessage());
            return Map.of();
        }
    }

    /**
     * One batch in each thread. libtorch's threads of one run wait for each other busily at every
     * operator, which beside other work takes many times as long.
     */
    private RunOptions options() {
        return new RunOptions(threads, false, backend.batchesAtOnce(threads));
    }
}
