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

import ai.onnxruntime.OrtException;
import java.util.List;

/**
 * Times contenders in turns: each round times every one of them, in an order that rotates, so that
 * what else the machine does meets all alike. Ratios are taken within rounds.
 */
final class Turns {

    private final double[][] micros;

    private Turns(double[][] micros) {
        this.micros = micros;
    }

    static Turns measure(List<Contender> contenders, int rounds, int calls) throws OrtException {
        for (int warm = 0; warm < 5; warm++) {
            for (Contender contender : contenders) {
                contender.medianMicros(calls);
            }
        }
        int count = contenders.size();
        double[][] micros = new double[count][rounds];
        for (int round = 0; round < rounds; round++) {
            for (int turn = 0; turn < count; turn++) {
                int who = (round + turn) % count;
                micros[who][round] = contenders.get(who).medianMicros(calls);
            }
        }
        return new Turns(micros);
    }

    /** Time per call. */
    MedianInterval micros(int contender) {
        return MedianInterval.of(micros[contender]);
    }

    /** Time of one in units of another's. */
    MedianInterval ratio(int numerator, int denominator) {
        return MedianInterval.ofRatios(micros[numerator], micros[denominator]);
    }
}
