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

import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import java.nio.file.Path;
import java.util.Map;

/**
 * Loads saved DJL models whose block is a {@link GraphBlock}: {@code optArgument("blockFactory",
 * "io.github.djlquant.trace.GraphBlockFactory")}, or {@code blockFactory} in the model's {@code
 * serving.properties}. The engine of the DJL model must be one that takes blocks (PyTorch); the
 * block inside runs in the engine that it was saved from. DJL's own ONNX Runtime model takes no
 * blocks: give it the {@code .onnx} file itself.
 */
public final class GraphBlockFactory implements BlockFactory {

    private static final long serialVersionUID = 1L;

    @Override
    public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments) {
        return new GraphBlock();
    }
}
