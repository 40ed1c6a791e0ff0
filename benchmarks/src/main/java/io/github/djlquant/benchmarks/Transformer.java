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

import java.nio.file.Path;

/** A transformer and what its dynamic int8 form must reach. */
enum Transformer {
    /** The trained one, of the real models. */
    MINILM("minilm", 64, new Pace(5, 101), 2.7, 1.1),
    /** BERT-base with random weights, made by {@code fixtures/benchmark/make_bert.py}. */
    BERT("bert", 128, new Pace(1, 31), 3.2, 1.0);

    /** Both know the same words. */
    static final int WORDS = 30_000;

    private final String id;
    private final int length;
    private final Pace pace;
    private final double leastSpeed;
    private final double leastOverPeer;

    Transformer(String id, int length, Pace pace, double leastSpeed, double leastOverPeer) {
        this.id = id;
        this.length = length;
        this.pace = pace;
        this.leastSpeed = leastSpeed;
        this.leastOverPeer = leastOverPeer;
    }

    String id() {
        return id;
    }

    int length() {
        return length;
    }

    Pace pace() {
        return pace;
    }

    /** Float over ours for the target {@code here}. */
    double leastSpeed() {
        return leastSpeed;
    }

    /** The peer over ours for the target {@code here}. */
    double leastOverPeer() {
        return leastOverPeer;
    }

    Path model(WorkFolder work, Path real) {
        return this == MINILM
                ? real.resolve("minilm").resolve("minilm_l6_v2.onnx")
                : work.root().resolve("models").resolve("bert.onnx");
    }
}
