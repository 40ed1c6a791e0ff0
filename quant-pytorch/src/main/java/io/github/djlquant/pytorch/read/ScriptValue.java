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

import io.github.djlquant.pytorch.archive.PickleValue;
import io.github.djlquant.pytorch.script.ClassDef;
import io.github.djlquant.pytorch.script.Expression;
import io.github.djlquant.pytorch.script.FunctionDef;
import java.util.List;
import java.util.Optional;

/**
 * What a variable of the source holds while it is read: a value of the graph, or something that is
 * known already and never reaches the graph.
 */
sealed interface ScriptValue
        permits ScriptValue.Known,
                ScriptValue.Literal,
                ScriptValue.TupleOf,
                ScriptValue.ObjectOf,
                ScriptValue.FunctionOf,
                ScriptValue.ClassOf,
                ScriptValue.Uninitialized,
                ScriptValue.Conflict,
                GraphRef,
                ListCell,
                DictCell {

    /** The literal None without a declared type. */
    Known NONE = new Known(null, "NoneType");

    /**
     * A number, truth value or string that is known, or None.
     *
     * @param value a Long, Double, Boolean or String, null for None
     * @param type the declared type; tells what a None may become
     */
    record Known(Object value, String type) implements ScriptValue {

        static Known of(long value) {
            return new Known(value, "int");
        }

        static Known of(double value) {
            return new Known(value, "float");
        }

        static Known of(boolean value) {
            return new Known(value, "bool");
        }

        static Known of(String value) {
            return new Known(value, "str");
        }

        boolean isNone() {
            return value == null;
        }
    }

    /** A literal that has no Java form, such as a device. */
    record Literal(Expression expression, String type) implements ScriptValue {}

    /** A tuple; if it is a named one, of this class. */
    record TupleOf(List<ScriptValue> elements, Optional<ClassDef> named) implements ScriptValue {

        TupleOf(List<ScriptValue> elements) {
            this(elements, Optional.empty());
        }
    }

    /** A module or another object of the archive, at its path from the root. */
    record ObjectOf(PickleValue.ObjectValue object, Sources.Found<ClassDef> type, String path)
            implements ScriptValue {}

    /** A function; a nested one reads the variables around it. */
    record FunctionOf(FunctionDef function, Optional<Frame> around) implements ScriptValue {}

    /** A class, as the callee of a construction. */
    record ClassOf(ClassDef type) implements ScriptValue {}

    /** A value that the source declares and never reads. */
    record Uninitialized(String type) implements ScriptValue {}

    /** What two ways of a branch leave differently so that no value can stand for both. */
    record Conflict(String why) implements ScriptValue {}
}
