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

import java.util.List;

/** A folder, the way it is loaded, and what happens then. */
final class ForetoldLoad {

    /** What will be, in short. */
    enum Fate {
        INT8,
        FLOAT,
        FAILS
    }

    /** The case's name. */
    final String what;

    /** Names of models that lie in the folder. */
    final List<String> files;

    /** Null for none. */
    String serving;

    /** {@code optEngine}, or null. */
    String engine = "PyTorch";

    /** {@code optModelName}, or null. */
    String name;

    /** Whether the criteria brings a Block. */
    boolean brings;

    /** {@code optArgument}, as NAME=VALUE. */
    List<String> arguments = List.of();

    /** {@code optOption}, as NAME=VALUE. */
    List<String> options = List.of();

    /** Of the URL. */
    String query = "";

    /** Whether DJL's DeferredTranslatorFactory is set. */
    boolean deferred;

    Fate fate = Fate.FLOAT;

    /** The engine that runs it as int8, or null. */
    String runsIn;

    ForetoldLoad(String what, String... files) {
        this.what = what;
        this.files = List.of(files);
    }

    ForetoldLoad serving(String... lines) {
        serving = String.join("\n", lines);
        return this;
    }

    ForetoldLoad in(String chosen) {
        engine = chosen;
        return this;
    }

    ForetoldLoad named(String chosen) {
        name = chosen;
        return this;
    }

    ForetoldLoad withBlock() {
        brings = true;
        return this;
    }

    ForetoldLoad with(String... more) {
        arguments = List.of(more);
        return this;
    }

    ForetoldLoad withOptions(String... more) {
        options = List.of(more);
        return this;
    }

    ForetoldLoad at(String asked) {
        query = asked;
        return this;
    }

    ForetoldLoad defers() {
        deferred = true;
        return this;
    }

    ForetoldLoad isInt8(String where) {
        fate = Fate.INT8;
        runsIn = where;
        return this;
    }

    ForetoldLoad fails() {
        fate = Fate.FAILS;
        return this;
    }

    @Override
    public String toString() {
        return what;
    }
}
