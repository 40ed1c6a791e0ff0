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
package io.github.djlquant.onnx;

import ai.djl.nn.Block;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.testkit.criteria.EngineNetwork;
import java.util.Map;

/** The network of the backend's contract, for the suites that load it through criteria. */
final class OnnxNetwork implements EngineNetwork {

    private final OnnxBackendTest.OnnxContract contract =
            new OnnxBackendTest().new WithAxesAsAttributes();

    @Override
    public Backend backend() {
        return contract.backend();
    }

    @Override
    public Graph network() {
        return contract.graph();
    }

    @Override
    public Map<String, Tensor> feeds(int rows, long seed) {
        return contract.feeds(rows, seed);
    }

    @Override
    public void requireOpen(Block block) {
        block.describeInput();
    }
}
