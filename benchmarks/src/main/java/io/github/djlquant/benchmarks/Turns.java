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

import java.util.List;
import java.util.Locale;

/**
 * Times contenders in turns: each round times every one of them, in an order that rotates, so that
 * what else the machine does meets all alike. Ratios are taken within rounds.
 */
final class Turns {

    private final double[][] wall;
    private final double[][] cpu;

    private Turns(int contenders, int rounds) {
        wall = new double[contenders][rounds];
        cpu = new double[contenders][rounds];
    }

    static Turns measure(List<? extends Timed> contenders, Pace pace) throws Exception {
        for (int warm = 0; warm < 5; warm++) {
            for (Timed contender : contenders) {
                contender.medianTime(pace.calls());
            }
        }
        int count = contenders.size();
        Turns turns = new Turns(count, pace.rounds());
        for (int round = 0; round < pace.rounds(); round++) {
            for (int turn = 0; turn < count; turn++) {
                int who = (round + turn) % count;
                CallTime time = contenders.get(who).medianTime(pace.calls());
                turns.wall[who][round] = time.wallMicros();
                turns.cpu[who][round] = time.cpuMicros();
            }
        }
        return turns;
    }

    /** Time per call in microseconds. */
    MedianInterval wallMicros(int contender) {
        return MedianInterval.of(wall[contender]);
    }

    /** The median time per call, as text. */
    String millis(int contender) {
        return String.format(Locale.ROOT, "%.3f ms", wallMicros(contender).median() / 1e3);
    }

    /** Time of one in units of another's. */
    MedianInterval wallRatio(int numerator, int denominator) {
        return MedianInterval.ofRatios(wall[numerator], wall[denominator]);
    }

    /** The same without what other processes took. */
    MedianInterval cpuRatio(int numerator, int denominator) {
        return MedianInterval.ofRatios(cpu[numerator], cpu[denominator]);
    }
}
