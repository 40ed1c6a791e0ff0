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
package io.github.djlquant.pytorch;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A file loaded by DJL's engine. Arguments and results are passed as libtorch's own values: a list
 * of arrays would lose the order of a dictionary's entries, and DJL frees them only where a run
 * succeeds.
 */
final class LoadedModule implements AutoCloseable {

    private final Model model;
    private final PtSymbolBlock block;

    private LoadedModule(Model model, PtSymbolBlock block) {
        this.model = model;
        this.block = block;
    }

    static LoadedModule load(Path file, String source) {
        Libtorch.engine();
        // Quantized operators exist on the CPU only.
        Model model = Model.newInstance("djl-quant", Device.cpu(), Libtorch.ENGINE_NAME);
        try {
            model.load(file);
        } catch (IOException | MalformedModelException | EngineException e) {
            model.close();
            throw PtFailures.onOpen(e, source);
        }
        return new LoadedModule(model, (PtSymbolBlock) model.getBlock());
    }

    /**
     * Runs {@code forward}.
     *
     * @param arguments makes the arguments with the run's memory
     * @param signature how many tensors come back and how they lie in the result
     * @param results receives the tensors in the order of the outputs, before they are freed
     * @return what {@code results} makes of them
     * @throws EngineException if libtorch refuses
     */
    <T> T run(
            Function<NDManager, List<NDArray>> arguments,
            Signature signature,
            Function<List<NDArray>, T> results) {
        try (NDManager memory = model.getNDManager().newSubManager()) {
            List<IValue> passed = new ArrayList<>();
            try {
                arguments
                        .apply(memory)
                        .forEach(array -> passed.add(IValue.from((PtNDArray) array)));
                try (IValue result = block.forward(passed.toArray(IValue[]::new))) {
                    return results.apply(ResultTensors.of(result, signature, (PtNDManager) memory));
                }
            } finally {
                passed.forEach(IValue::close);
            }
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
