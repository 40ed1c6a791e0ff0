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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What was trained is never lost silently. */
class LiveWeightsTest {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final ParameterList parameters = new ParameterList();

    @AfterEach
    void free() {
        manager.close();
    }

    /** Its outputs are its constants. */
    private static Graph graph(Map<String, Tensor> constants) {
        return new Graph(
                "weights",
                List.of(),
                constants.keySet().stream()
                        .map(n -> new Value(n, new ValueType.TensorType(DataType.FLOAT, null)))
                        .toList(),
                List.of(),
                constants,
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }

    private NDArray parameter(String name, float... values) {
        NDArray array = manager.create(values);
        Parameter parameter =
                Parameter.builder().setName(name).setType(Parameter.Type.OTHER).build();
        parameter.setArray(array);
        parameters.add(name, parameter);
        return array;
    }

    private static Map<String, Tensor> constants(String... names) {
        Map<String, Tensor> constants = new LinkedHashMap<>();
        for (String name : names) {
            float value = name.startsWith("zero") ? 0 : name.charAt(0);
            constants.put(name, Tensor.ofFloats(new float[] {value, value}, 2));
        }
        return constants;
    }

    @Test
    void aParameterThatIsNoConstantHidesNoOther() {
        LiveWeights weights = new LiveWeights(graph(constants("a", "b")));
        parameter("folded", 7, 8, 9);
        parameter("p1", 'a', 'a');
        NDArray last = parameter("p2", 'b', 'b');
        weights.follow(parameters);

        last.addi(1);

        assertThat(weights.current().constants().get("b").toFloats()).containsExactly(99, 99);
        assertThat(weights.current().constants().get("a").toFloats()).containsExactly(97, 97);
    }

    @Test
    void aTrainedParameterThatIsNoConstantIsAnError() {
        LiveWeights weights = new LiveWeights(graph(constants("a")));
        NDArray folded = parameter("folded", 7, 8, 9);
        parameter("p1", 'a', 'a');
        weights.follow(parameters);
        assertThat(weights.current().constants()).containsOnlyKeys("a");

        folded.addi(1);

        assertThatThrownBy(weights::current)
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("parameter folded");
    }

    @Test
    void ofEqualOnesTheNameDecides() {
        LiveWeights weights = new LiveWeights(graph(constants("zero.a", "zero.b")));
        NDArray second = parameter("zero_b", 0, 0);
        weights.follow(parameters);

        second.addi(1);

        assertThat(weights.current().constants().get("zero.a").toFloats()).containsExactly(0, 0);
        assertThat(weights.current().constants().get("zero.b").toFloats()).containsExactly(1, 1);
    }
}
