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
package io.github.djlquant.trace;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import io.github.djlquant.graph.Graph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** DJL's basic model zoo: each network traced and compared at two batch sizes. */
class BlockZooIT {

    @ParameterizedTest
    @EnumSource
    void isTraced(ZooModel model) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Block block = model.create(manager);

            Graph graph = BlockTracer.trace(block, model.inputs());

            BlockOracle.assertSame(block, model.inputs(), graph, model.smallestBatch(), 9);
            BlockOracle.assertSame(block, model.inputs(), graph, 4, 6);
        }
    }
}
