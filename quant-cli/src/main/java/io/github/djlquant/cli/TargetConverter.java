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

import io.github.djlquant.backend.Target;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Targets are spelled with hyphens on the command line. */
final class TargetConverter implements ITypeConverter<Target.Name> {

    @Override
    public Target.Name convert(String text) {
        return Arrays.stream(Target.Name.values())
                .filter(name -> name.text().equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                new TypeConversionException(
                                        "'" + text + "' is none of " + String.join(", ", texts())));
    }

    private static Iterable<String> texts() {
        return Stream.of(Target.Name.values()).map(Target.Name::text).toList();
    }

    /** What the help lists. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return texts().iterator();
        }
    }
}
