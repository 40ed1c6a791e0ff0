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
package io.github.djlquant.evaluate;

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Execution;
import io.github.djlquant.backend.Profile;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Joins what the engine runs with what the plan wanted.
 *
 * @param backend the engine
 * @param source the source model
 * @param plan what the artifact says of its nodes; empty if it says nothing
 */
record OperatorReport(Backend backend, Graph source, Optional<WrittenPlan> plan) {

    private static final int CALLS = 40;

    Operators of(Path quantized, Map<String, Tensor> one, int threads) {
        Profile profile = backend.profile(quantized, one, new RunOptions(threads, true), CALLS);
        double total = profile.kernels().stream().mapToDouble(k -> k.micros().orElse(0.0)).sum();
        List<OperatorShare> shares =
                profile.kernels().stream().map(timed -> share(timed, total)).toList();
        return new Operators(
                backend.getEngineName() + " " + backend.runtimeVersion(), profile.origin(), shares);
    }

    private OperatorShare share(Profile.Timed timed, double total) {
        Execution.Kernel kernel = timed.kernel();
        Optional<WrittenPlan.Node> decision = plan.flatMap(written -> written.node(kernel.name()));
        boolean wanted = decision.filter(WrittenPlan.Node::integer).isPresent();
        boolean fellBack = wanted && !kernel.int8() && decision.get().macs() > 0;
        String reason = kernel.remark();
        if (!kernel.int8() && !wanted && decision.isPresent()) {
            reason = decision.get().reason();
        }
        return new OperatorShare(
                kernel.name(),
                source.node(kernel.name()).map(Node::op).map(op -> op.name()).orElse(kernel.op()),
                kernel.op(),
                kernel.int8(),
                fellBack,
                reason,
                total > 0 ? timed.micros().map(micros -> micros / total) : Optional.empty(),
                timed.micros());
    }
}
