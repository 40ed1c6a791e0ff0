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

import java.util.List;
import java.util.Optional;

/**
 * A list as the source sees it: an identity whose content changes. While its length is known it is
 * no value of the graph.
 */
final class ListCell implements ScriptValue {

    final long serial;

    /** Such as {@code List[int]}; empty if the source does not say it. */
    final String type;

    /** The elements; meaningless once there is a value. */
    List<ScriptValue> elements;

    /** The value of the graph, once the length depends on the input. */
    Optional<GraphRef> value = Optional.empty();

    ListCell(long serial, String type, List<ScriptValue> elements) {
        this.serial = serial;
        this.type = type;
        this.elements = List.copyOf(elements);
    }

    boolean isKnown() {
        return value.isEmpty();
    }
}
