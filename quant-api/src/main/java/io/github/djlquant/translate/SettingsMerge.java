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

import ai.djl.repository.Artifact;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is said of a load in all its places, merged as DJL merges it: the criteria goes before the
 * URL or zoo, and both before serving.properties, which is opened when the translator factory is
 * already chosen.
 */
final class SettingsMerge {

    private static final String CRITERIA = "criteria";
    private static final String SOURCE = "URL or zoo";
    private static final String SERVING = ServingProperties.NAME;

    private static final String LATE =
            "read too late: DJL chooses the translator factory before it opens this file";

    private static final String FLOAT_ONLY =
            "for the float model only: DJL keeps it from translators. Say the argument option.%s,"
                    + " or load with QuantizableModel.load";

    /** Options by which DJL finds and reads the float model. */
    static final Set<String> OF_LOADING =
            Set.of("modelName", "epoch", "hasParameter", "mapLocation", "trainParam", "extraFiles");

    private final Map<String, Said> arguments = new TreeMap<>();
    private final Map<String, Said> options = new TreeMap<>();
    private final List<LoadCheck.Setting> settings = new ArrayList<>();
    private final boolean serving;
    private final boolean ours;

    /**
     * Something that is said.
     *
     * @param value what
     * @param origin where
     */
    record Said(String value, String origin) {}

    /**
     * Merges.
     *
     * @param question what the criteria says
     * @param artifact what the URL or the zoo says
     * @param shipped what lies beside the model
     */
    SettingsMerge(LoadCheck.Question question, Artifact artifact, ServingProperties shipped) {
        serving = question.serving();
        Map<String, Said> early = new TreeMap<>();
        put(early, question.arguments(), CRITERIA);
        put(early, artifact.getArguments(), SOURCE);
        put(options, question.options(), CRITERIA + ", optOption");
        put(options, artifact.getOptions(null), SOURCE + ", options");
        Map<String, String> late = new TreeMap<>();
        shipped.values()
                .forEach(
                        (name, value) -> {
                            if (isOption(name)) {
                                options.putIfAbsent(plain(name), new Said(value, SERVING));
                            } else {
                                late.put(name, value);
                            }
                        });
        arguments.putAll(early);
        put(arguments, late, SERVING);
        Said factory = (serving ? arguments : early).get(QuantizationArguments.TRANSLATOR_FACTORY);
        ours = factory != null && isOurs(factory.value());
        tell(question.arguments(), CRITERIA);
        tell(artifact.getArguments(), SOURCE);
        tell(shipped.values(), SERVING);
        tellOptions(question.options());
        tellOptions(artifact.getOptions(null));
    }

    private static void put(Map<String, Said> all, Map<String, ?> more, String origin) {
        more.forEach(
                (name, value) -> all.putIfAbsent(name, new Said(String.valueOf(value), origin)));
    }

    private static boolean isOurs(String factory) {
        return factory.equals(QuantizationTranslatorFactory.class.getName());
    }

    private static boolean isOption(String name) {
        return name.startsWith(QuantizationArguments.OPTION_PREFIX);
    }

    private static String plain(String option) {
        return option.substring(QuantizationArguments.OPTION_PREFIX.length());
    }

    private void tell(Map<String, ?> said, String origin) {
        new TreeMap<>(said)
                .forEach(
                        (name, value) -> {
                            String text = String.valueOf(value);
                            String against = against(name, origin);
                            settings.add(
                                    new LoadCheck.Setting(
                                            name,
                                            text,
                                            origin,
                                            against == null,
                                            against == null ? remark(name, origin) : against));
                        });
    }

    /** Why something is not read; null if it is. */
    private String against(String name, String origin) {
        boolean fileOption = origin.equals(SERVING) && isOption(name);
        Said winner = arguments.get(name);
        if (winner != null && !winner.origin().equals(origin)) {
            return fileOption ? null : "overruled by " + winner.origin();
        }
        if (fileOption || !origin.equals(SERVING)) {
            return null;
        }
        if (ours) {
            return null;
        }
        boolean late =
                name.equals(QuantizationArguments.TRANSLATOR_FACTORY) ? !serving : isKnown(name);
        return late ? LATE : null;
    }

    private String remark(String name, String origin) {
        if (isOption(name)) {
            return origin.equals(SERVING)
                    ? "for the engine's session, of the quantized model too"
                    : "for the quantized model's session; DJL's own never gets it";
        }
        if (name.equals("engine")) {
            return "chooses the engine, unless the criteria names one";
        }
        if (name.equals(QuantizationArguments.TRANSLATOR_FACTORY)) {
            return "chooses the factory";
        }
        return isKnown(name) ? "for quantization" : "for DJL or the translator";
    }

    private void tellOptions(Map<String, String> said) {
        new TreeMap<>(said)
                .forEach(
                        (name, value) -> {
                            Said winner = options.get(name);
                            boolean loading = OF_LOADING.contains(name);
                            boolean heeded = !ours || loading;
                            settings.add(
                                    new LoadCheck.Setting(
                                            name,
                                            value,
                                            winner.origin(),
                                            heeded,
                                            loading
                                                    ? "for DJL, to load the float model"
                                                    : heeded
                                                            ? "for the engine's session"
                                                            : FLOAT_ONLY.formatted(name)));
                        });
    }

    private static boolean isKnown(String name) {
        try {
            return QuantizationArgument.named(name).isPresent();
        } catch (io.github.djlquant.QuantizationException e) {
            return false;
        }
    }

    /** Tells whether this project's code will be called. */
    boolean isOurs() {
        return ours;
    }

    /** Everything that is said, in the order of places. */
    List<LoadCheck.Setting> settings() {
        return settings;
    }

    /** What a factory is handed. */
    Map<String, Object> arguments() {
        Map<String, Object> plain = new TreeMap<>();
        arguments.forEach((name, said) -> plain.put(name, said.value()));
        return plain;
    }

    /** An argument with its place; null if it is not said. */
    Said argument(String name) {
        return arguments.get(name);
    }

    /** An option that DJL hands to the engine; null if it is not said. */
    String option(String name) {
        Said said = options.get(name);
        return said == null ? null : said.value();
    }
}
