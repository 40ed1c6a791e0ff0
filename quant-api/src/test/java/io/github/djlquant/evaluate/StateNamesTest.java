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
package io.github.djlquant.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StateNamesTest {

    @ParameterizedTest
    @CsvSource({
        "h_in, h_out",
        "h0, hn",
        "h_0, h_n",
        "hx, h_out",
        "c0, cn",
        "state, stateN",
        "lstm.state.in, lstm.state.out",
        "hidden_1_in, hidden_1_out",
        "initial_cell, final_cell",
        "cacheIn, cacheOut",
        "past_state, present_state"
    })
    void theEndsOfOneStateHaveOneStem(String input, String output) {
        assertThat(StateNames.stem(input)).isNotEmpty().isEqualTo(StateNames.stem(output));
    }

    @ParameterizedTest
    @CsvSource({"h0, cn", "h_1_in, h_2_out", "state_a, state_b", "hidden_in, cell_out"})
    void differentStatesHaveDifferentStems(String one, String other) {
        assertThat(StateNames.stem(one)).isNotEqualTo(StateNames.stem(other));
    }

    @ParameterizedTest
    @CsvSource({"image", "image_out", "x", "input", "output_0", "logits", "attention_mask"})
    void otherNamesHaveNone(String name) {
        assertThat(StateNames.stem(name)).isEmpty();
    }
}
