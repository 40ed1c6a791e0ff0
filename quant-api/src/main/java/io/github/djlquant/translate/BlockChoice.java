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
package io.github.djlquant.translate;

import io.github.djlquant.trace.TraceInput;
import java.util.List;

/**
 * What is said of a DJL Block.
 *
 * @param inputs what it takes, none for the shapes that it was initialized with
 * @param engine the engine that is to run it quantized, null for that of its model
 */
record BlockChoice(List<TraceInput> inputs, String engine) {

    /** Nothing is said. */
    static final BlockChoice NONE = new BlockChoice(List.of(), null);

    BlockChoice {
        inputs = List.copyOf(inputs);
    }

    BlockChoice withInputs(List<TraceInput> taken) {
        return new BlockChoice(taken, engine);
    }

    BlockChoice withEngine(String named) {
        return new BlockChoice(inputs, named);
    }
}
