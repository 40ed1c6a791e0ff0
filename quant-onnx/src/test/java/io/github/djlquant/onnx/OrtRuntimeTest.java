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
package io.github.djlquant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OrtRuntimeTest {

    @Test
    void givesWhatTheOtherThreadMade() {
        assertThat(OrtRuntime.onLargeStack(() -> 7)).isEqualTo(7);
    }

    @Test
    void anErrorInTheOtherThreadLeavesNobodyWaiting() {
        assertThatThrownBy(
                        () ->
                                OrtRuntime.onLargeStack(
                                        () -> {
                                            throw new StackOverflowError("of a test");
                                        }))
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("ended");
    }
}
