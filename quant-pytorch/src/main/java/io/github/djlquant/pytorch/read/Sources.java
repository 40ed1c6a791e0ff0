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
package io.github.djlquant.pytorch.read;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.pytorch.script.ClassDef;
import io.github.djlquant.pytorch.script.Definition;
import io.github.djlquant.pytorch.script.FunctionDef;
import io.github.djlquant.pytorch.script.ScriptFile;
import io.github.djlquant.pytorch.script.ScriptParser;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The archive's source files, parsed when something of them is needed. */
final class Sources {

    private final String archive;
    private final Map<String, String> code;
    private final Map<String, Map<String, Definition>> parsed = new HashMap<>();

    Sources(String archive, Map<String, String> code) {
        this.archive = archive;
        this.code = code;
    }

    /** A definition under its qualified name. */
    record Found<T extends Definition>(String name, T definition) {}

    Found<ClassDef> type(String qualified) {
        if (find(qualified).orElse(null) instanceof ClassDef found) {
            return new Found<>(qualified, found);
        }
        throw missing("a class", qualified);
    }

    Optional<FunctionDef> function(String qualified) {
        return find(qualified).map(found -> found instanceof FunctionDef f ? f : null);
    }

    Optional<Definition> find(String qualified) {
        int dot = qualified.lastIndexOf('.');
        if (dot < 0) {
            return Optional.empty();
        }
        String file = qualified.substring(0, dot).replace('.', '/') + ".py";
        return Optional.ofNullable(definitions(file).get(qualified.substring(dot + 1)));
    }

    private Map<String, Definition> definitions(String file) {
        Map<String, Definition> known = parsed.get(file);
        if (known == null) {
            known = new HashMap<>();
            String text = code.get(file);
            if (text != null) {
                ScriptFile script = ScriptParser.parse(text, archive + ":code/" + file);
                for (Definition definition : script.definitions()) {
                    known.put(definition.name(), definition);
                }
            }
            parsed.put(file, known);
        }
        return known;
    }

    private ModelFormatException missing(String what, String qualified) {
        return new ModelFormatException(
                Problem.of("the archive's code lacks " + what + " that the model uses")
                        .in(archive)
                        .expected(qualified));
    }
}
