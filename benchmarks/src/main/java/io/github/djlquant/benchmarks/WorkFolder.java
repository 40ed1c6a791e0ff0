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
package io.github.djlquant.benchmarks;

import io.github.djlquant.backend.Target;
import java.nio.file.Path;

/**
 * Where a run finds the models, the images and the peer's files, and leaves its own.
 *
 * @param root the folder
 */
record WorkFolder(Path root) {

    Path model(Network network) {
        return root.resolve("models").resolve(network.id() + ".onnx");
    }

    Path peer(Network network, String setting) {
        return root.resolve("peer").resolve(network.id() + "-" + setting + ".onnx");
    }

    Path ours(Network network, Target.Name target) {
        return root.resolve("ours").resolve(network.id() + "-" + target.text() + ".onnx");
    }

    RawImages images(Network network) {
        return new RawImages(
                root.resolve("calibration").resolve(network.data() + ".f32"), network.size());
    }
}
