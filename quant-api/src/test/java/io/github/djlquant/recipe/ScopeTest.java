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
package io.github.djlquant.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class ScopeTest {

    @Test
    void exclusionBeatsInclusion() {
        Scope scope = new Scope(List.of("layer1/*"), List.of("*/conv2"), List.of("Softmax"));
        assertThat(scope.holds("layer1/conv1", "Conv")).isTrue();
        assertThat(scope.holds("layer1/conv2", "Conv")).isFalse();
        assertThat(scope.holds("layer2/conv1", "Conv")).isFalse();
        assertThat(scope.holds("layer1/softmax", "Softmax")).isFalse();
        assertThat(Scope.ALL.holds("anything", "Conv")).isTrue();
    }

    /** The oracle is the JDK's own regular expressions. */
    @Property
    void globsMeanWhatRegularExpressionsSay(
            @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 8) String text,
            @ForAll @CharRange(from = 'a', to = 'e') @StringLength(min = 1, max = 6)
                    String pattern) {
        String glob = pattern.replace('d', '*').replace('e', '?');
        String regex = pattern.replace("d", ".*").replace("e", ".");
        assertThat(new Scope(List.of(glob), List.of(), List.of()).holds(text, "Conv"))
                .isEqualTo(text.matches(regex));
    }
}
