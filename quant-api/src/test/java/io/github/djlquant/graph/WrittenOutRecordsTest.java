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
package io.github.djlquant.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.Probe;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantType;
import io.github.djlquant.scheme.TensorScheme;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records whose equals and hashCode are written out must count every component, as others do. */
class WrittenOutRecordsTest {

    /** Two different values of each type that a component has. */
    private static final Map<Class<?>, List<Object>> SAMPLES =
            Map.of(
                    int.class, List.of(1, 2),
                    long.class, List.of(1L, 1L << 32),
                    float.class, List.of(0f, -0f),
                    String.class, List.of("a", "b"),
                    List.class, List.of(List.of(), List.of()),
                    Map.class, List.of(Map.of(), Map.of()),
                    OpType.class, List.of(OpType.onnx("Add"), OpType.onnx("Mul")),
                    QuantType.class, List.of(QuantType.INT8, QuantType.UINT8),
                    TensorScheme.Symmetry.class, List.of((Object[]) symmetries()),
                    Granularity.class,
                            List.of(new Granularity.PerTensor(), new Granularity.PerChannel(0)));

    private static TensorScheme.Symmetry[] symmetries() {
        return TensorScheme.Symmetry.values();
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Node.class,
                Shape.class,
                Dimension.Fixed.class,
                Attribute.IntAttribute.class,
                Attribute.FloatAttribute.class,
                Attribute.StringAttribute.class,
                Attribute.IntsAttribute.class,
                Probe.MinMax.class,
                Probe.Sample.class,
                Probe.NanSign.class,
                Probe.ChannelMean.class,
                TensorScheme.class,
                Granularity.PerTensor.class,
                Granularity.PerChannel.class
            })
    void everyComponentCounts(Class<? extends Record> type) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Object record = make(type, -1);

        assertThat(record).isEqualTo(make(type, -1)).hasSameHashCodeAs(make(type, -1));
        assertThat(record).isNotEqualTo(null).isNotEqualTo("another type");
        for (int i = 0; i < components.length; i++) {
            assertThat(make(type, i)).as(components[i].getName()).isNotEqualTo(record);
        }
    }

    private static Object make(Class<? extends Record> type, int changed)
            throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] values = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            values[i] = sample(type, types[i], components[i].getName(), i == changed);
        }
        Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
        return constructor.newInstance(values);
    }

    private static Object sample(
            Class<?> record, Class<?> type, String component, boolean changed) {
        if (changed && type == List.class) {
            return List.of(
                    record == Shape.class
                            ? new Dimension.Fixed(3)
                            : record == Attribute.IntsAttribute.class ? (Object) 3L : "x");
        }
        if (changed && type == Map.class) {
            return component.equals("attributes")
                    ? Map.of("k", Attribute.of(1))
                    : Map.of("k", "text");
        }
        List<Object> two = SAMPLES.get(type);
        return two.get(changed ? 1 : 0);
    }
}
