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

import io.github.djlquant.Provenance;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Fills records of all kinds, whatever is added to them, with numbers of all kinds. */
final class RandomRecords {

    private static final double[] ODD = {
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        -0.0,
        Double.MIN_VALUE,
        -Double.MAX_VALUE,
        0.1
    };

    private final Random random;

    RandomRecords(long seed) {
        random = new Random(seed);
    }

    <T> T next(Class<T> record) {
        return record.cast(value(record));
    }

    private Object value(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type inner = generic.getActualTypeArguments()[0];
            return generic.getRawType() == Optional.class ? optional(inner) : list(inner);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord()) {
            return record(plain);
        }
        if (plain.isEnum()) {
            return plain.getEnumConstants()[random.nextInt(plain.getEnumConstants().length)];
        }
        return switch (plain.getSimpleName()) {
            case "double", "Double" -> number();
            case "long", "Long" -> random.nextLong();
            case "int", "Integer" -> random.nextInt();
            case "boolean" -> random.nextBoolean();
            case "String" -> text();
            default -> throw new IllegalStateException("no values of " + type);
        };
    }

    private double number() {
        return random.nextBoolean() ? ODD[random.nextInt(ODD.length)] : random.nextGaussian();
    }

    private String text() {
        return List.of("", "NaN", "null", "a \"b\" \\ </script>", "\u2028 \u00e9 \ud83d\ude00")
                .get(random.nextInt(5));
    }

    /** Where a model comes from has a form and a test of its own. */
    private Optional<Object> optional(Type inner) {
        return inner == Provenance.class || random.nextInt(3) == 0
                ? Optional.empty()
                : Optional.of(value(inner));
    }

    private List<Object> list(Type inner) {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            list.add(value(inner));
        }
        return list;
    }

    /** Again until the parts fit, for records that refuse some. */
    private Object record(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        try {
            Constructor<?> canonical =
                    type.getDeclaredConstructor(
                            Arrays.stream(components)
                                    .map(RecordComponent::getType)
                                    .toArray(Class<?>[]::new));
            while (true) {
                Object[] parts = new Object[components.length];
                for (int i = 0; i < parts.length; i++) {
                    parts[i] = value(components[i].getGenericType());
                }
                try {
                    return canonical.newInstance(parts);
                } catch (InvocationTargetException e) {
                    if (!(e.getCause() instanceof IllegalArgumentException)) {
                        throw new IllegalStateException(type.toString(), e);
                    }
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.toString(), e);
        }
    }
}
