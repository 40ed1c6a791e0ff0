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
package io.github.djlquant.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.trace.record.RememberedStep;
import io.github.djlquant.trace.record.RememberedStep.Made;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TraceMemoryTest {

    private static final TraceMemory MEMORY =
            new TraceMemory(
                    List.of("x:float32:?x3[batch, fixed]", "", "y"),
                    List.of(
                            List.of(
                                    new RememberedStep(
                                            "ab", "", false, List.of(made("FLOAT32", 3, 5))),
                                    new RememberedStep(
                                            "cd", "NDArray.split(long)", true, List.of()),
                                    new RememberedStep(
                                            "ef",
                                            "NDArray.sin()",
                                            true,
                                            List.of(made("INT64"), made("UINT8", 0)))),
                            List.of(),
                            List.of(
                                    new RememberedStep(
                                            "ab", "", false, List.of(made("BOOLEAN", 7))))));

    private static Made made(String type, long... shape) {
        return new Made(type, Arrays.stream(shape).boxed().toList());
    }

    @Test
    void whatIsWrittenIsRead() {
        assertThat(TraceMemory.parse(MEMORY.lines())).contains(MEMORY);
    }

    @Test
    void eachPartTellsItFromOthers() {
        String digest = MEMORY.digest();
        List<String> lines = MEMORY.lines();
        for (int i = 0; i < lines.size(); i++) {
            List<String> changed = new ArrayList<>(lines);
            changed.set(i, lines.get(i).replace("FLOAT32:3,5", "FLOAT32:3,6") + "1");
            assertThat(TraceMemory.parse(changed).map(TraceMemory::digest))
                    .as("line %d: %s", i, changed.get(i))
                    .isNotEqualTo(Optional.of(digest));
        }
    }

    @Test
    void whatIsDamagedIsNothing() {
        List<String> lines = MEMORY.lines();
        for (int length = 0; length < lines.size(); length++) {
            assertThat(TraceMemory.parse(lines.subList(0, length)))
                    .as("%d lines", length)
                    .isEmpty();
        }
        assertThat(TraceMemory.parse(List.of("0", "1", "ab list FLOAT32", "0", "0"))).isEmpty();
        assertThat(TraceMemory.parse(List.of("0", "1", "ab list FLOAT32:x", "0", "0"))).isEmpty();
        assertThat(TraceMemory.parse(List.of("0", "1", "ab other", "0", "0"))).isEmpty();
        assertThat(TraceMemory.parse(List.of("0", "0", "0", "0", "0"))).as("four runs").isEmpty();
    }
}
