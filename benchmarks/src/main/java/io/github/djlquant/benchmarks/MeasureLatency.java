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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One image, one thread: float, the peer's best file and ours in turns. */
final class MeasureLatency {

    private static final double MOST_OF_PEER = 1.03;
    private static final int FLOAT = 0;
    private static final int PEER = 1;
    private static final int HERE = 2;
    private static final int ANY = 3;

    private MeasureLatency() {}

    static void run(WorkFolder work, Network network, Report report) throws Exception {
        RawImages images = work.images(network);
        float[] image = images.read(0, 1);
        List<Contender> contenders = new ArrayList<>();
        try {
            contenders.add(new Contender("float", work.model(network), 1));
            contenders.add(new Contender("peer", work.peer(network, network.peerBest()), 1));
            for (Target.Name target : List.of(Target.Name.HERE, Target.Name.ANY)) {
                contenders.add(new Contender(target.text(), work.ours(network, target), 1));
            }
            for (Contender contender : contenders) {
                contender.feed(image, images.shape(1));
            }
            Turns turns = Turns.measure(contenders, network.pace());
            for (int ours : new int[] {HERE, ANY}) {
                add(turns, ours, network, contenders.get(ours).name(), report);
            }
        } finally {
            for (Contender contender : contenders) {
                contender.close();
            }
        }
    }

    private static void add(Turns turns, int ours, Network network, String target, Report report) {
        Report.Row row =
                Report.Row.of(
                        network.id() + " latency, 1 thread, target " + target,
                        turns.millis(FLOAT),
                        turns.millis(PEER),
                        turns.millis(ours));
        MedianInterval speed = turns.wallRatio(FLOAT, ours);
        MedianInterval toPeer = turns.wallRatio(ours, PEER);
        report.add(
                row.withRatio(speed)
                        .withBar(
                                String.format(
                                        Locale.ROOT, "float / ours >= %.1f", network.leastSpeed()),
                                speed.median() >= network.leastSpeed()));
        report.add(
                row.withRatio(toPeer)
                        .withBar(
                                String.format(
                                        Locale.ROOT,
                                        "ours / peer, upper end <= %.2f",
                                        MOST_OF_PEER),
                                toPeer.high() <= MOST_OF_PEER));
        Report.Row cpu = Report.Row.of(row.what() + ": float / ours in CPU time", "", "", "");
        report.add(cpu.withRatio(turns.cpuRatio(FLOAT, ours)));
        cpu = Report.Row.of(row.what() + ": ours / peer in CPU time", "", "", "");
        report.add(cpu.withRatio(turns.cpuRatio(ours, PEER)));
    }
}
