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
package io.github.djlquant.trace.record;

import ai.djl.nn.AbstractBaseBlock;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where in a tree of Blocks an operation is called. A Block's name is its place among the children
 * and its class ({@code 02SequentialBlock/01Conv2d}), as DJL names them.
 *
 * <p>A parameter is found exactly, and so are the layers of sequences that are run one by one
 * ({@link SequenceWalk}). Which Block is running inside another one is read from the stack, which
 * knows classes and no objects: among children of one class it is the first that is not before the
 * last one seen, so of two neighbours without parameters the name may be the first one's.
 */
final class BlockPaths {

    private static final StackWalker WALKER =
            StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    /** All Blocks are of these classes, so their frames tell nothing. */
    private static final Set<String> BASES =
            Set.of(
                    Block.class.getName(),
                    AbstractBaseBlock.class.getName(),
                    AbstractBlock.class.getName());

    private final Place root;
    private final Set<Class<?>> classes = new HashSet<>();
    private final Deque<Place> entered = new ArrayDeque<>();
    private final Map<Parameter, Place> owners = new IdentityHashMap<>();
    private final Map<Parameter, String> names = new IdentityHashMap<>();

    BlockPaths(Block block) {
        root = new Place(block, BlockName.of(block), null, 0);
        Set<Block> onPath = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
        grow(root, onPath);
        nameParameters();
    }

    private void grow(Place place, Set<Block> onPath) {
        if (!onPath.add(place.block)) {
            return;
        }
        for (Class<?> type = place.block.getClass(); type != null; type = type.getSuperclass()) {
            classes.add(type);
        }
        int index = 0;
        for (Pair<String, Block> child : place.block.getChildren()) {
            String path = place.parent == null ? child.getKey() : place.path + "/" + child.getKey();
            Place grown = new Place(child.getValue(), path, place, index++);
            place.children.add(grown);
            grow(grown, onPath);
        }
        onPath.remove(place.block);
    }

    private void nameParameters() {
        Set<String> taken = new HashSet<>();
        Deque<Place> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            Place place = open.pop();
            for (Pair<String, Parameter> entry : place.block.getDirectParameters()) {
                Parameter parameter = entry.getValue();
                if (owners.putIfAbsent(parameter, place) == null) {
                    String stem =
                            place.parent == null
                                    ? entry.getKey()
                                    : place.path + "/" + entry.getKey();
                    String name = stem;
                    for (int i = 1; !taken.add(name); i++) {
                        name = stem + "_" + i;
                    }
                    names.put(parameter, name);
                }
            }
            for (int i = place.children.size() - 1; i >= 0; i--) {
                open.push(place.children.get(i));
            }
        }
    }

    /** Every parameter of the tree with its unique name. */
    Map<Parameter, String> parameters() {
        return names;
    }

    /** A child of the Block that was entered last, or of the root, is about to run. */
    void enter(int child) {
        entered.push(base().children.get(child));
    }

    /** It has run. */
    void leave() {
        entered.pop();
    }

    private Place base() {
        return entered.isEmpty() ? root : entered.peek();
    }

    /** The parameter is being read: its Block is running. */
    void visit(Parameter parameter) {
        for (Place place = owners.get(parameter); place != null; place = place.parent) {
            if (place.parent != null) {
                place.parent.cursor = place.index;
            }
        }
    }

    /**
     * The path of the Block that is running on this thread, as far as the walk through sequences
     * has come. What a frame's method is called costs more to know than its class.
     */
    String current() {
        return path(
                WALKER.walk(
                        frames ->
                                frames.takeWhile(f -> f.getDeclaringClass() != SequenceWalk.class)
                                        .filter(f -> classes.contains(f.getDeclaringClass()))
                                        .filter(f -> isForward(f.getMethodName()))
                                        .map(f -> f.getDeclaringClass().getName())
                                        .toList()));
    }

    /** The path of the Block that was running when something was thrown. */
    String of(Throwable thrown) {
        return path(
                Arrays.stream(thrown.getStackTrace())
                        .filter(f -> isForward(f.getMethodName()))
                        .map(StackTraceElement::getClassName)
                        .toList());
    }

    private static boolean isForward(String method) {
        return method.startsWith("forward");
    }

    /** Classes of what is running, the innermost first; those that are no Block's match nothing. */
    private String path(List<String> classes) {
        Place base = base();
        Place place = null;
        for (int i = classes.size() - 1; i >= 0; i--) {
            String running = classes.get(i);
            if (BASES.contains(running)) {
                continue;
            }
            if (place == null) {
                place = base.is(running) ? base : null;
                continue;
            }
            Place child = place.next(running);
            if (child != null) {
                place = child;
            }
        }
        return (place == null ? base : place).path;
    }

    /** A Block in its place; one that is used twice has two places. */
    private static final class Place {
        final Block block;
        final String path;
        final Place parent;
        final int index;
        final List<Place> children = new ArrayList<>();
        int cursor;

        Place(Block block, String path, Place parent, int index) {
            this.block = block;
            this.path = path;
            this.parent = parent;
            this.index = index;
        }

        boolean is(String running) {
            for (Class<?> type = block.getClass(); type != null; type = type.getSuperclass()) {
                if (type.getName().equals(running)) {
                    return true;
                }
            }
            return false;
        }

        Place next(String running) {
            for (int i = 0; i < children.size(); i++) {
                int at = (cursor + i) % children.size();
                if (children.get(at).is(running)) {
                    cursor = at;
                    return children.get(at);
                }
            }
            return null;
        }
    }
}
