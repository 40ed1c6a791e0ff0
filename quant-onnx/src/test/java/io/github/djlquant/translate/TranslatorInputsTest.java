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
package io.github.djlquant.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.QuantizationCancelledException;
import io.github.djlquant.calibrate.CalibrationData;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TranslatorInputsTest {

    @AfterEach
    void forgetInterruption() {
        Thread.interrupted();
    }

    private static NDList first(Exception failure) {
        try (Model model = Model.newInstance("m", "OnnxRuntime")) {
            CalibrationData.OfBatches data =
                    (CalibrationData.OfBatches)
                            TranslatorInputs.resolve(
                                    CalibrationData.ofInputs(List.of("input")),
                                    model,
                                    new Failing(failure));
            return data.batches().iterator().next();
        }
    }

    @Test
    void anInterruptIsNoBadData() {
        assertThatThrownBy(() -> first(new InterruptedException("stop")))
                .isInstanceOf(QuantizationCancelledException.class);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void aCancellationIsNoBadDataHoweverDeep() {
        assertThatThrownBy(() -> first(new CancellationException("stop")))
                .isInstanceOf(QuantizationCancelledException.class);
        assertThatThrownBy(() -> first(new IllegalStateException(new InterruptedException("stop"))))
                .isInstanceOf(QuantizationCancelledException.class);
    }

    @Test
    void otherFailuresNameTheInput() {
        assertThatThrownBy(() -> first(new IllegalStateException("too long")))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("input 0")
                .hasMessageContaining("too long");
    }

    private record Failing(Exception failure) implements NoBatchifyTranslator<String, String> {

        @Override
        public NDList processInput(TranslatorContext context, String input) throws Exception {
            throw failure;
        }

        @Override
        public String processOutput(TranslatorContext context, NDList outputs) {
            return "";
        }
    }
}
