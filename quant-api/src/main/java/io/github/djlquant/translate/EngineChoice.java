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

import ai.djl.engine.Engine;
import ai.djl.engine.EngineProvider;
import ai.djl.repository.zoo.ModelZoo;
import java.util.Comparator;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;

/**
 * The engine that DJL loads a float model with.
 *
 * @param name its name, null if there is none
 * @param reason why this one
 * @param named false if nobody names it, so that it depends on the class path
 */
record EngineChoice(String name, String reason, boolean named) {

    /**
     * Chooses as DJL does: what the criteria names, what the arguments and serving.properties name,
     * what a registered zoo supports, or the default.
     *
     * @param criteria what the criteria names, or null
     * @param said what is said elsewhere; null if nothing is
     * @param group the model's group, which tells a zoo
     * @param present the engines of the application
     */
    static EngineChoice of(
            String criteria, SettingsMerge.Said said, String group, Set<String> present) {
        if (criteria != null) {
            return new EngineChoice(criteria, "the criteria names it", true);
        }
        if (said != null) {
            return new EngineChoice(said.value(), said.origin() + " names it", true);
        }
        String usual = usual(present);
        ModelZoo zoo = ModelZoo.getModelZoo(group);
        if (zoo != null && usual != null && !zoo.getSupportedEngines().contains(usual)) {
            String supported =
                    zoo.getSupportedEngines().stream()
                            .filter(present::contains)
                            .findFirst()
                            .orElse(null);
            return new EngineChoice(supported, "the zoo " + group + " supports it", true);
        }
        return new EngineChoice(
                usual,
                "DJL's default among " + new TreeSet<>(present) + ", whatever the model's format",
                false);
    }

    /** The default of all is that of any class path that has it; else the smallest rank wins. */
    private static String usual(Set<String> present) {
        String usual = Engine.getDefaultEngineName();
        if (usual != null && present.contains(usual)) {
            return usual;
        }
        return ServiceLoader.load(EngineProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> present.contains(provider.getEngineName()))
                .min(Comparator.comparingInt(EngineProvider::getEngineRank))
                .map(EngineProvider::getEngineName)
                .orElse(null);
    }
}
