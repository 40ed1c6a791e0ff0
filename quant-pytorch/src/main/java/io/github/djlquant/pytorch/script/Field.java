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

import java.util.Objects;
import java.util.Optional;

/**
 * A field of a class.
 *
 * @param name its name; children of module lists are named {@code 0}, {@code 1}, ...
 * @param type its type as text, such as {@code Optional[Tensor]} or {@code
 *     __torch__.resnet.BasicBlock}; a constant's without {@code Final}; absent for members of an
 *     enumeration
 * @param value a constant's value, or that of an enumeration's member; absent for attributes, whose
 *     values are pickled
 */
public record Field(String name, Optional<String> type, Optional<Expression> value) {

    /** Requires all parts. */
    public Field {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(value, "value");
    }
}
