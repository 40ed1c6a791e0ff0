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

import java.util.LinkedHashMap;
import java.util.Map;

/** A dictionary as the source sees it: an identity whose content changes; its keys are known. */
final class DictCell implements ScriptValue {

    final long serial;
    final String type;

    /** Values by key (a Long, Double, Boolean or String), in the order of insertion. */
    Map<Object, ScriptValue> entries;

    DictCell(long serial, String type, Map<Object, ScriptValue> entries) {
        this.serial = serial;
        this.type = type;
        this.entries = new LinkedHashMap<>(entries);
    }
}
