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

import ai.djl.ndarray.NDList;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.testkit.real.Cifar;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What can't be watched. */
class UnwatchableIT {

    private static Cifar cifar;

    @BeforeAll
    static void find() {
        cifar = Cifar.orSkip();
    }

    @Test
    void modelsWithoutABaselineAndWatchedOnesAreRefused() throws Exception {
        assertThatThrownBy(() -> DriftBaseline.of(cifar.model(".onnx")))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("Quantize with a static recipe");
        DriftBaseline baseline =
                DriftBaseline.builder(List.of("input")).add(cifar.trainBatch(0, 50)).build();
        DriftMonitor monitor = DriftMonitor.builder().build(baseline);
        try (ZooModel<NDList, NDList> model =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(cifar.model(".onnx"))
                        .optEngine("OnnxRuntime")
                        .build()
                        .loadModel()) {
            assertThat(MonitoredBlock.monitorOf(model)).isEmpty();
            MonitoredBlock.attach(model, monitor);
            assertThat(MonitoredBlock.monitorOf(model)).contains(monitor);
            assertThatThrownBy(() -> MonitoredBlock.attach(model, monitor))
                    .isInstanceOf(UnsupportedModelException.class);
        }
    }
}
