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

/** Types as the source writes them. */
final class ValueTypes {

    static final String TENSOR = "Tensor";
    static final String INT = "int";
    static final String FLOAT = "float";
    static final String BOOL = "bool";

    private ValueTypes() {}

    /** What is left of an optional type once the value is not None. */
    static String present(String type) {
        return type.startsWith("Optional[") ? inside(type) : type;
    }

    static String optional(String type) {
        return type.startsWith("Optional[") || type.isEmpty() ? type : "Optional[" + type + "]";
    }

    /** The type of a list's elements; empty if it is not known. */
    static String element(String type) {
        return type.startsWith("List[") ? inside(type) : "";
    }

    static String list(String element) {
        return element.isEmpty() ? "" : "List[" + element + "]";
    }

    static boolean isScalar(String type) {
        return type.equals(INT) || type.equals(FLOAT) || type.equals(BOOL);
    }

    private static String inside(String type) {
        return type.substring(type.indexOf('[') + 1, type.length() - 1);
    }
}
