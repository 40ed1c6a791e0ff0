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
package io.github.djlquant.pytorch.write;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An archive in stock DJL, as an application loads it. */
public final class LoadedArchive implements AutoCloseable {

    private final Model model;
    private final Predictor<NDList, NDList> predictor;

    public LoadedArchive(Path file) {
        model = Model.newInstance(file.getFileName().toString(), Device.cpu(), "PyTorch");
        try {
            model.load(file);
        } catch (IOException | MalformedModelException e) {
            throw new IllegalStateException(e);
        }
        predictor = model.newPredictor(new NoopTranslator());
    }

    /** Runs once; float and int64 tensors go in, floats come out. */
    public List<float[]> run(Tensor... inputs) {
        try (NDManager manager = model.getNDManager().newSubManager()) {
            NDList list = new NDList();
            for (Tensor input : inputs) {
                Shape shape = new Shape(input.shape().toArray());
                list.add(
                        input.dataType() == DataType.INT64
                                ? manager.create(input.toLongs(), shape)
                                : manager.create(input.toFloats(), shape));
            }
            List<float[]> results = new ArrayList<>();
            for (NDArray array : predictor.predict(list)) {
                results.add(
                        array.toType(ai.djl.ndarray.types.DataType.FLOAT32, false).toFloatArray());
            }
            return results;
        } catch (TranslateException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        predictor.close();
        model.close();
    }
}
