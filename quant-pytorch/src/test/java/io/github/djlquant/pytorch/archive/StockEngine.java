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

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.nio.file.Path;

/** DJL's PyTorch engine as anybody uses it. */
final class StockEngine {

    private StockEngine() {}

    /** Runs forward on one float array. */
    static float[] run(Path file, float[] input, long... sizes) throws Exception {
        try (Model model = Model.newInstance("archive", "PyTorch")) {
            model.load(file);
            Block block = model.getBlock();
            try (NDManager manager = model.getNDManager().newSubManager()) {
                NDArray x = manager.create(input, new Shape(sizes));
                NDList out =
                        block.forward(new ParameterStore(manager, false), new NDList(x), false);
                return out.singletonOrThrow().toFloatArray();
            }
        }
    }
}
