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

/** What is measured in libtorch, and what it has to reach. */
enum TorchNetwork {
    /** The trained one. */
    RESNET20("resnet20", "static-int8", 32, new Pace(20, 151), 4.3, 1.03),
    /** Random weights. */
    RESNET50("resnet50", "static-int8", 224, new Pace(2, 61), 3.5, 1.03),
    /** The sentence encoder, one text of some tokens. */
    MINILM("minilm", "dynamic-int8", 64, new Pace(4, 101), 4.3, 1.0);

    private final String id;
    private final String recipe;
    private final int size;
    private final Pace pace;
    private final double leastSpeed;
    private final double mostOfPeer;

    TorchNetwork(
            String id, String recipe, int size, Pace pace, double leastSpeed, double mostOfPeer) {
        this.id = id;
        this.recipe = recipe;
        this.size = size;
        this.pace = pace;
        this.leastSpeed = leastSpeed;
        this.mostOfPeer = mostOfPeer;
    }

    String id() {
        return id;
    }

    String recipe() {
        return recipe;
    }

    /** Height and width of its images, or tokens of its text. */
    int size() {
        return size;
    }

    Pace pace() {
        return pace;
    }

    /** How many times as fast as frozen float it has to be. */
    double leastSpeed() {
        return leastSpeed;
    }

    /** Our time over the peer's, at most. */
    double mostOfPeer() {
        return mostOfPeer;
    }

    boolean readsText() {
        return this == MINILM;
    }

    /** One of its files: {@code .pt}, {@code -frozen.pt}, {@code -peer.pt}, {@code -here.pt}. */
    Path file(WorkFolder work, String ending) {
        return work.root().resolve("torch").resolve(id + ending);
    }
}
