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

import ai.djl.Model;
import ai.djl.translate.DefaultTranslatorFactory;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.ClassLoaderUtils;
import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds the translator that the application gets. In this order: what the builder was given; the
 * class that {@code userTranslatorFactory} names; the {@code translatorFactory} of the arguments
 * (such as a zoo's own, or that of serving.properties), if it is not this project's; what DJL
 * itself takes for the types and the application.
 *
 * @param translator of the builder, or null
 * @param factory of the builder, or null
 */
record UserTranslator(Translator<?, ?> translator, TranslatorFactory factory) {

    @SuppressWarnings("unchecked")
    <I, O> Translator<I, O> find(
            Class<I> input, Class<O> output, Model model, QuantizationArguments arguments) {
        if (translator != null) {
            return (Translator<I, O>) translator;
        }
        Map<String, Object> others = new HashMap<>(arguments.others());
        // A factory that DJL's own ones look at must not be this project's again.
        others.computeIfPresent(
                QuantizationArguments.TRANSLATOR_FACTORY,
                (name, value) -> isOurs(value.toString()) ? null : value);
        if (factory != null) {
            return ask(factory, input, output, model, others);
        }
        String className = className(arguments, model);
        if (className == null) {
            return ask(new DefaultTranslatorFactory(), input, output, model, others);
        }
        // DJL's own factories look at it for the types Input and Output.
        others.put(QuantizationArguments.TRANSLATOR_FACTORY, className);
        return ask(load(className), input, output, model, others);
    }

    private static String className(QuantizationArguments arguments, Model model) {
        String named = arguments.given().get(QuantizationArgument.USER_TRANSLATOR_FACTORY);
        if (named != null) {
            return named;
        }
        Object usual = arguments.others().get(QuantizationArguments.TRANSLATOR_FACTORY);
        if (usual != null && !isOurs(usual.toString())) {
            return usual.toString();
        }
        // A criteria that names us hides what the model's folder says.
        String shipped =
                ServingProperties.in(model.getModelPath())
                        .values()
                        .get(QuantizationArguments.TRANSLATOR_FACTORY);
        return shipped == null || isOurs(shipped) ? null : shipped;
    }

    private static boolean isOurs(String className) {
        return className.equals(QuantizationTranslatorFactory.class.getName());
    }

    private static TranslatorFactory load(String className) {
        TranslatorFactory found =
                ClassLoaderUtils.initClass(
                        ClassLoaderUtils.getContextClassLoader(),
                        TranslatorFactory.class,
                        className);
        if (found == null) {
            throw new RecipeException(
                    Problem.of("the translator factory can't be loaded")
                            .at(QuantizationArgument.USER_TRANSLATOR_FACTORY.text())
                            .expected(
                                    "a class on the class path that implements "
                                            + TranslatorFactory.class.getName()
                                            + " and has a public constructor without arguments")
                            .actual(className));
        }
        return found;
    }

    private static <I, O> Translator<I, O> ask(
            TranslatorFactory asked,
            Class<I> input,
            Class<O> output,
            Model model,
            Map<String, Object> arguments) {
        String types = input.getSimpleName() + " to " + output.getSimpleName();
        if (!asked.isSupported(input, output)) {
            boolean usual = asked instanceof DefaultTranslatorFactory;
            throw new RecipeException(
                    Problem.of(
                                    usual
                                            ? "no translator for these types"
                                            : "the translator factory does not support these types")
                            .at(usual ? null : asked.getClass().getName())
                            .expected(
                                    usual
                                            ? "a translator or translator factory of your own"
                                            : asked.getSupportedTypes())
                            .actual(types)
                            .next(
                                    usual
                                            ? "Give it to the builder with optTranslator or"
                                                    + " optTranslatorFactory, or name it by the"
                                                    + " argument userTranslatorFactory"
                                            : null));
        }
        try {
            Translator<I, O> made = asked.newInstance(input, output, model, arguments);
            if (made == null) {
                throw new RecipeException(
                        Problem.of("the translator factory gives no translator")
                                .at(asked.getClass().getName())
                                .expected(types));
            }
            return made;
        } catch (TranslateException e) {
            throw new RecipeException(
                    Problem.of("the translator factory failed")
                            .at(asked.getClass().getName())
                            .actual(e.getMessage()),
                    e);
        }
    }
}
