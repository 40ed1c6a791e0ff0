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

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** There is no engine on the class path of this module. */
class TraceRehearsalTest {

    @Test
    void itNeedsNoEngineAndEndsWhenTheProcessorIsNeeded() {
        AtomicInteger asked = new AtomicInteger();
        assertThat(TraceRehearsal.hold(() -> asked.incrementAndGet() <= 3)).isEqualTo(3);
        assertThat(TraceRehearsal.hold(() -> false)).isZero();
    }
}
