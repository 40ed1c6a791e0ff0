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
package io.github.djlquant.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.graph.Tensor;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class DriftCountsTest {

    private static final DriftBaseline BASELINE =
            DriftBaseline.builder(List.of("x"))
                    .add(Map.of("x", Tensor.ofFloats(new float[] {0, 1, 2, 3, 4, 5, 6, 7}, 4, 2)))
                    .build();

    /** Counts of a few rows as a counter makes them, also of none, of NaN and infinity. */
    @Provide
    Arbitrary<DriftCounts> counts() {
        return Arbitraries.oneOf(
                        Arbitraries.floats().between(-10, 10),
                        Arbitraries.of(Float.NaN, Float.POSITIVE_INFINITY))
                .array(float[].class)
                .ofMaxSize(9)
                .map(
                        elements -> {
                            DriftCounter counter = new DriftCounter(BASELINE, elements.length);
                            for (float element : elements) {
                                counter.count(
                                        Map.of("x", Tensor.ofFloats(new float[] {element}, 1, 1)));
                            }
                            return counter.drain();
                        });
    }

    @Property
    void mergingIsAssociativeAndCommutative(
            @ForAll("counts") DriftCounts a,
            @ForAll("counts") DriftCounts b,
            @ForAll("counts") DriftCounts c) {
        assertThat(a.merge(b)).isEqualTo(b.merge(a));
        assertThat(a.merge(b).merge(c)).isEqualTo(a.merge(b.merge(c)));
        assertThat(a.merge(b).rows()).isEqualTo(a.rows() + b.rows());
    }

    @Property
    void jsonKeepsEverything(@ForAll("counts") DriftCounts counts) {
        assertThat(DriftCounts.parse(counts.toJson().toString())).isEqualTo(counts);
    }

    @Test
    void countsByOtherBaselinesAreRefused() {
        DriftCounts mine = new DriftCounter(BASELINE, 0).drain();
        DriftCounts other = new DriftCounts("other", 0, Map.of());
        assertThatThrownBy(() -> mine.merge(other))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("baseline other");
    }

    @Test
    void malformedCountsAreRefused() {
        String good = new DriftCounter(BASELINE, 0).drain().toJson().toString();
        for (String bad :
                List.of(
                        "",
                        "[]",
                        "{}",
                        good.replace("\"rows\":0", "\"rows\":-1"),
                        "{\"format\":2}")) {
            assertThatThrownBy(() -> DriftCounts.parse(bad))
                    .as(bad)
                    .isInstanceOf(CalibrationException.class);
        }
    }
}
