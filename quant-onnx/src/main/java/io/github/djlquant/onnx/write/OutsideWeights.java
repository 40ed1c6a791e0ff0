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
package io.github.djlquant.onnx.write;

import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.proto.TensorProto;
import java.io.IOException;

/** Weights that do not lie in the model's own message. */
interface OutsideWeights {

    /** Tells whether a tensor's elements lie outside. */
    boolean holds(Tensor tensor);

    /** Says in the message where they lie. */
    void refer(Tensor tensor, TensorProto.Builder proto) throws IOException;
}
