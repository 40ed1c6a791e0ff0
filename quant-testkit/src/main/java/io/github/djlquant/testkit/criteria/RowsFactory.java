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
package io.github.djlquant.testkit.criteria;

import ai.djl.Model;
import ai.djl.translate.ArgumentsUtil;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** An application's own factory, told the shape of a row by an argument of the criteria. */
public final class RowsFactory implements TranslatorFactory {

    /** The argument that says the shape of a row, such as {@code 1,3,7,7}. */
    public static final String ARGUMENT = "rowShape";

    /** Creates a factory. */
    public RowsFactory() {}

    @Override
    public Set<Pair<Type, Type>> getSupportedTypes() {
        return Set.of(new Pair<>(float[].class, float[].class));
    }

    @Override
    @SuppressWarnings("unchecked")
    public <I, O> Translator<I, O> newInstance(
            Class<I> input, Class<O> output, Model model, Map<String, ?> arguments) {
        String shape = ArgumentsUtil.stringValue(arguments, ARGUMENT);
        long[] sizes = Arrays.stream(shape.split(",")).mapToLong(Long::parseLong).toArray();
        return (Translator<I, O>) new Rows(sizes);
    }
}
