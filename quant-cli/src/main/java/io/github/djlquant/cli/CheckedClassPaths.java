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
package io.github.djlquant.cli;

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.translate.LoadCheck;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * What happens on the class paths that an application may have. This program has all engines; where
 * nobody names one, what DJL takes depends on those of the application.
 *
 * @param check what happens on the class path that suits the model best
 * @param alike the class paths on which that happens; none if somebody names an engine or the
 *     application's class path
 * @param others what happens on others
 */
record CheckedClassPaths(LoadCheck check, List<String> alike, List<Other> others) {

    CheckedClassPaths {
        alike = List.copyOf(alike);
        others = List.copyOf(others);
    }

    /**
     * Another class path.
     *
     * @param engines its engines
     * @param check what happens
     */
    record Other(Set<String> engines, LoadCheck check) {

        String text() {
            return String.join(" and ", new TreeSet<>(engines));
        }

        boolean isLike(LoadCheck other) {
            return Objects.equals(check.engine(), other.engine());
        }
    }

    /**
     * Finds out.
     *
     * @param question makes the question anew
     * @param engines those of the application; none if the user did not say so
     * @param location the model's place
     */
    static CheckedClassPaths of(
            Supplier<LoadCheck.Question> question, Set<String> engines, String location) {
        if (!engines.isEmpty()) {
            LoadCheck told = question.get().optEngines(engines).about(location);
            return new CheckedClassPaths(told, List.of(), List.of());
        }
        LoadCheck here = question.get().about(location);
        if (here.engineNamed()) {
            return new CheckedClassPaths(here, List.of(), List.of());
        }
        Set<String> all = new TreeSet<>();
        Backends.all().stream().map(Backend::getEngineName).forEach(all::add);
        List<Other> possible = new ArrayList<>();
        all.forEach(engine -> possible.add(asked(question, Set.of(engine), location)));
        possible.add(asked(question, all, location));
        Other best =
                possible.stream()
                        .min(Comparator.comparingInt(other -> other.check().blocked().size()))
                        .orElseThrow();
        LoadCheck check = best.check();
        return new CheckedClassPaths(
                check,
                possible.stream().filter(other -> other.isLike(check)).map(Other::text).toList(),
                possible.stream().filter(other -> !other.isLike(check)).toList());
    }

    private static Other asked(
            Supplier<LoadCheck.Question> question, Set<String> engines, String location) {
        return new Other(engines, question.get().optEngines(engines).about(location));
    }
}
