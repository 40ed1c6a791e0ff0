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
package io.github.djlquant.cross;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.testkit.operators.OperatorTests;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every operator of ONNX that crosses to TorchScript computes there what it computed before. */
class OnnxToTorchScriptIT {

    private static final Logger LOG = LoggerFactory.getLogger(OnnxToTorchScriptIT.class);

    @TempDir Path folder;

    @Test
    void whatCrossesGivesTheSameOutputs() {
        Map<CrossedOperator.Outcome, List<String>> ends =
                new EnumMap<>(CrossedOperator.Outcome.class);
        for (CrossedOperator.Outcome outcome : CrossedOperator.Outcome.values()) {
            ends.put(outcome, new ArrayList<>());
        }
        CrossedOperator crossing = new CrossedOperator(folder);
        for (OperatorTests.Case test : OperatorTests.all()) {
            for (boolean weights : new boolean[] {false, true}) {
                if (!weights || test.inputs().size() > 1) {
                    CrossedOperator.Result result = crossing.run(test, weights);
                    ends.get(result.outcome()).add(test.name() + ": " + result.reason());
                }
            }
        }
        ends.forEach((outcome, tests) -> LOG.warn("{}: {} models", outcome, tests.size()));
        LOG.debug("{}", ends);
        assertThat(ends.get(CrossedOperator.Outcome.DIFFERENT)).isEmpty();
        assertThat(ends.get(CrossedOperator.Outcome.EQUAL)).hasSizeGreaterThan(1400);
    }
}
