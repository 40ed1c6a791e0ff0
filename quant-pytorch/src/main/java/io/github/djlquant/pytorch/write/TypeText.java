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
package io.github.djlquant.pytorch.write;

import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import java.util.regex.Pattern;

/** Types in TorchScript's words. */
final class TypeText {

    /** Names, dots, brackets and commas: nothing that could be more than a type. */
    private static final Pattern TYPE = Pattern.compile("[A-Za-z_][A-Za-z0-9_.,\\[\\] ]{0,999}");

    private TypeText() {}

    /** Returns the type of an input; what is not known is a tensor, as TorchScript assumes too. */
    static String of(Value input) {
        String text = of(input.type());
        if (!TYPE.matcher(text).matches()) {
            throw new UnsupportedModelException(
                    Problem.of("an input has a type that TorchScript does not know")
                            .at("input " + input.name())
                            .actual(text));
        }
        return text;
    }

    private static String of(ValueType type) {
        if (type instanceof ValueType.ListType list) {
            return "List[" + of(list.element()) + "]";
        } else if (type instanceof ValueType.OptionalType optional) {
            return "Optional[" + of(optional.element()) + "]";
        } else if (type instanceof ValueType.OtherType other) {
            return other.name();
        }
        return "Tensor";
    }
}
