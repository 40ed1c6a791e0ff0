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

/** A network of the work folder and what it is measured with. */
enum Network {
    /** The trained one: accuracy is measured on it. */
    RESNET20("resnet20", "cifar10", 500, 32, "percentile", new Pace(20, 401), 1.9),
    /** Random weights. */
    RESNET50("resnet50", "shapes", 48, 224, "minmax", new Pace(3, 151), 3.1),
    /** Random weights. */
    MOBILENETV2("mobilenetv2", "shapes", 48, 224, "minmax", new Pace(5, 301), 2.0),
    /** Random weights. */
    MOBILENETV3("mobilenetv3", "shapes", 48, 224, "minmax", new Pace(5, 301), 1.35);

    private final String id;
    private final String data;
    private final int calibrationRows;
    private final int size;
    private final String peerBest;
    private final Pace pace;
    private final double leastSpeed;

    Network(
            String id,
            String data,
            int calibrationRows,
            int size,
            String peerBest,
            Pace pace,
            double leastSpeed) {
        this.id = id;
        this.data = data;
        this.calibrationRows = calibrationRows;
        this.size = size;
        this.peerBest = peerBest;
        this.pace = pace;
        this.leastSpeed = leastSpeed;
    }

    String id() {
        return id;
    }

    String data() {
        return data;
    }

    int calibrationRows() {
        return calibrationRows;
    }

    /**
     * How often the images are gone through when the calibration is timed: a small network must
     * have as much to do as a user's would, beside the opening of its session.
     */
    int passes() {
        return this == MOBILENETV2 || this == MOBILENETV3 ? 5 : 1;
    }

    /** Images per run: as many as the calibrator chooses by itself. */
    int batch() {
        return size > 32 ? 1 : 16;
    }

    /** Images per run with which the peer is fastest. */
    int peerBatch() {
        return this == RESNET20 ? 50 : 1;
    }

    /** Height and width of its images. */
    int size() {
        return size;
    }

    /** The peer's setting whose file has the best accuracy. */
    String peerBest() {
        return peerBest;
    }

    Pace pace() {
        return pace;
    }

    /** How many times as fast as float it has to be. */
    double leastSpeed() {
        return leastSpeed;
    }
}
