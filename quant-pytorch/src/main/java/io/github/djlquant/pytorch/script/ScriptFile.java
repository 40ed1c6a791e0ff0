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
package io.github.djlquant.pytorch.script;

import java.util.List;
import java.util.Objects;

/**
 * One source file of an archive's {@code code/} folder.
 *
 * @param name its path below {@code code/}, such as {@code __torch__/torch/nn/modules/conv.py}
 * @param definitions its classes and functions, in the file's order
 */
public record ScriptFile(String name, List<Definition> definitions) {

    /** Copies the list. */
    public ScriptFile {
        Objects.requireNonNull(name, "name");
        definitions = List.copyOf(definitions);
    }

    /**
     * Returns the classes.
     *
     * @return the classes, in the file's order
     */
    public List<ClassDef> classes() {
        return definitions.stream()
                .filter(ClassDef.class::isInstance)
                .map(ClassDef.class::cast)
                .toList();
    }

    /**
     * Returns the functions that belong to no class.
     *
     * @return the functions, in the file's order
     */
    public List<FunctionDef> functions() {
        return definitions.stream()
                .filter(FunctionDef.class::isInstance)
                .map(FunctionDef.class::cast)
                .toList();
    }
}
