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
package io.github.djlquant.trace.record;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;

/** How operations are written: {@code NDArray.mean(int[],boolean)}. */
final class Signatures {

    private Signatures() {}

    static String of(String type, Method method) {
        return of(type, method.getName(), method);
    }

    /** The signature of the operation that makes a new array, for one that changes its array. */
    static String functional(String type, Method method) {
        String name = method.getName();
        return of(type, name.substring(0, name.length() - 1), method);
    }

    private static String of(String type, String name, Method method) {
        return type
                + "."
                + name
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(",", "(", ")"));
    }
}
