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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** What a way of a branch changed, so that the other way starts from the same state. */
final class Journal {

    private final Deque<List<Change>> open = new ArrayDeque<>();

    /** A changed object and how the change is taken back. */
    private record Change(Object target, Runnable undo) {}

    void begin() {
        open.push(new ArrayList<>());
    }

    void changed(Object target, Runnable undo) {
        if (!open.isEmpty()) {
            open.peek().add(new Change(target, undo));
        }
    }

    /** Returns what changed since the last beginning that has not been taken back. */
    Set<Object> targets() {
        Set<Object> targets = Collections.newSetFromMap(new IdentityHashMap<>());
        open.element().forEach(change -> targets.add(change.target));
        return targets;
    }

    void rollBack() {
        List<Change> changes = open.pop();
        for (int i = changes.size() - 1; i >= 0; i--) {
            changes.get(i).undo.run();
        }
    }
}
