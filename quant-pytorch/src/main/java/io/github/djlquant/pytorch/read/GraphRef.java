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

import io.github.djlquant.graph.DataType;
import io.github.djlquant.pytorch.op.Call;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A value of the graph as the source sees it: an identity that keeps while an operator changes the
 * value in place. Variables hold the reference; {@link Aliases} gives it a new name at each change.
 */
final class GraphRef implements ScriptValue {

    /** Parts of parts of parts. */
    private static final int DEPTH = 64;

    final long serial;
    final String type;
    final DataType dataType;
    Optional<View> view;
    Memory memory;
    String name;

    /** True after a change through an alias: the name no longer stands for the content. */
    boolean stale;

    /** True for a list whose elements share memory with it, but not with one another. */
    boolean apart;

    GraphRef(long serial, String name, String type, DataType dataType, Optional<View> view) {
        this.serial = serial;
        this.name = name;
        this.type = type;
        this.dataType = dataType;
        this.view = view;
        this.memory = view.isPresent() ? view.get().base().memory : new Memory();
        memory.members.add(this);
    }

    /** Gives the reference memory of its own inside that of what it is a part of. */
    void becomePart(GraphRef whole) {
        memory.members.remove(this);
        memory = new Memory();
        memory.members.add(this);
        memory.whole = whole.memory;
        whole.memory.parts.add(memory);
    }

    boolean maybeNone() {
        return type.startsWith("Optional[");
    }

    /**
     * How a view is made of another value.
     *
     * @param base what it looks at
     * @param call the operator
     * @param basePosition which argument the base is
     * @param output which of the operator's outputs the view is
     * @param outputs how many outputs the operator has
     * @param certain false if the operator may copy instead
     */
    record View(
            GraphRef base, Call call, int basePosition, int output, int outputs, boolean certain) {}

    /** References that may share memory. */
    static final class Memory {
        final List<GraphRef> members = new ArrayList<>();

        /** Parts that do not overlap. */
        final List<Memory> parts = new ArrayList<>();

        /** What this is a part of. */
        Memory whole;

        boolean constant;

        /** Puts another one's members here, for values that may come from either. */
        void join(Memory other) {
            if (other == this) {
                return;
            }
            other.members.forEach(member -> member.memory = this);
            members.addAll(other.members);
            constant |= other.constant;
            for (Memory part : other.parts) {
                if (part == this) {
                    whole = other.whole;
                } else {
                    part.whole = this;
                    parts.add(part);
                }
            }
            if (other.whole == this) {
                parts.remove(other);
            } else if (other.whole != null) {
                other.whole.parts.remove(other);
                if (whole == null) {
                    whole = other.whole;
                    whole.parts.add(this);
                } else {
                    whole.join(other.whole);
                }
            }
        }

        /** Every reference that a change here may reach. */
        Set<GraphRef> reached() {
            Set<GraphRef> reached = new LinkedHashSet<>();
            addParts(reached, 0);
            Memory around = whole;
            for (int i = 0; around != null && i < DEPTH; i++) {
                reached.addAll(around.members);
                around = around.whole;
            }
            return reached;
        }

        boolean isConstant() {
            Memory around = this;
            for (int i = 0; around != null && i < DEPTH; i++) {
                if (around.constant) {
                    return true;
                }
                around = around.whole;
            }
            return false;
        }

        private void addParts(Set<GraphRef> reached, int depth) {
            reached.addAll(members);
            if (depth < DEPTH) {
                parts.forEach(part -> part.addParts(reached, depth + 1));
            }
        }
    }
}
