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
package io.github.djlquant.pytorch.archive;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.pytorch.archive.Item.ClassName;
import io.github.djlquant.pytorch.archive.Item.NewObject;
import io.github.djlquant.pytorch.archive.Item.OpenDict;
import io.github.djlquant.pytorch.archive.Item.OpenList;
import io.github.djlquant.pytorch.archive.Item.Tuple;
import io.github.djlquant.pytorch.archive.Item.Value;
import io.github.djlquant.pytorch.archive.PickleValue.None;
import io.github.djlquant.pytorch.archive.PickleValue.ObjectValue;
import io.github.djlquant.pytorch.archive.PickleValue.Text;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a pickle as data. The stack machine of pickles is kept, but a name is only looked up in a
 * list of harmless forms ({@link Globals}); nothing is imported, called or created by name.
 */
final class Unpickler {

    /** Containers in containers. Modules cost two each; real models stay below 40. */
    private static final int MAX_DEPTH = 256;

    /** A quantized tensor's arguments hold those of its scales, no more. */
    private static final int MAX_PARTS_DEPTH = 8;

    /** Values when shared ones are counted at each use: what a walk over the result meets. */
    private static final long MAX_WEIGHT = 1 << 24;

    /** Heap that a value takes, with its place on the stack, roughly. */
    private static final int BYTES_PER_VALUE = 96;

    private final PickleInput in;
    private final Functions functions;
    private final MemoryBudget budget;
    private final List<Item> stack = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Integer, Item> memo = new HashMap<>();

    private Unpickler(EntryContent content, StorageSource storages, MemoryBudget budget) {
        this.in = new PickleInput(content, budget);
        this.functions = new Functions(storages, in);
        this.budget = budget;
    }

    /** Reads the one value that a pickle entry holds. */
    static PickleValue read(EntryContent content, StorageSource storages, MemoryBudget budget) {
        Unpickler unpickler = new Unpickler(content, storages, budget);
        try {
            return unpickler.run();
        } catch (BufferUnderflowException e) {
            throw new ModelFormatException(
                    unpickler
                            .in
                            .place()
                            .problem("the pickle ends in the middle")
                            .expected("more bytes up to the instruction STOP")
                            .actual("the end of the entry"),
                    e);
        }
    }

    private PickleValue run() {
        int first = in.opcode();
        int protocol = first == Opcode.PROTO ? in.unsignedByte() : -1;
        if (protocol != 2) {
            throw in.place()
                    .malformed(
                            "the entry is no pickle of TorchScript",
                            "protocol 2",
                            first == Opcode.PROTO
                                    ? "protocol " + protocol
                                    : String.format("first byte 0x%02x", first));
        }
        while (true) {
            int opcode = in.opcode();
            if (opcode == Opcode.STOP) {
                break;
            }
            execute(opcode);
        }
        Value result = popValue();
        if (!stack.isEmpty() || !marks.isEmpty()) {
            throw in.place().malformed("the pickle holds more than one value");
        }
        return result.value();
    }

    private void execute(int opcode) {
        switch (opcode) {
            case Opcode.MARK -> {
                budget.take(BYTES_PER_VALUE, "the pickle", in.place());
                marks.add(stack.size());
            }
            case Opcode.NONE -> push(Value.leaf(new None()));
            case Opcode.NEWTRUE -> push(Value.leaf(new PickleValue.Bool(true)));
            case Opcode.NEWFALSE -> push(Value.leaf(new PickleValue.Bool(false)));
            case Opcode.BININT, Opcode.BININT1, Opcode.BININT2, Opcode.LONG1 ->
                    push(Value.leaf(new PickleValue.Int(in.integer(opcode))));
            case Opcode.BINFLOAT -> push(Value.leaf(new PickleValue.Real(in.real())));
            case Opcode.BINUNICODE, Opcode.SHORT_BINUNICODE, Opcode.BINUNICODE8 ->
                    push(Value.leaf(new Text(in.text(opcode))));
            case Opcode.EMPTY_TUPLE -> push(tuple(List.of()));
            case Opcode.TUPLE -> push(tuple(popToMark()));
            case Opcode.TUPLE1 -> push(tuple(pop(1)));
            case Opcode.TUPLE2 -> push(tuple(pop(2)));
            case Opcode.TUPLE3 -> push(tuple(pop(3)));
            case Opcode.EMPTY_LIST -> push(new OpenList());
            case Opcode.APPEND -> append(pop(1));
            case Opcode.APPENDS -> append(popToMark());
            case Opcode.EMPTY_DICT -> push(new OpenDict());
            case Opcode.SETITEM -> put(pop(2));
            case Opcode.SETITEMS -> put(popToMark());
            case Opcode.GLOBAL -> push(Globals.resolve(in.line(), in.line(), in.place()));
            case Opcode.NEWOBJ -> newObject();
            case Opcode.BUILD -> build();
            case Opcode.REDUCE -> reduce();
            case Opcode.BINPERSID -> push(functions.storage(popTuple()));
            case Opcode.BINGET -> push(remembered(in.unsignedByte()));
            case Opcode.LONG_BINGET -> push(remembered(in.int32()));
            case Opcode.BINPUT -> remember(in.unsignedByte());
            case Opcode.LONG_BINPUT -> remember(in.int32());
            default ->
                    throw in.place()
                            .malformed(
                                    "the pickle has an instruction that TorchScript never writes",
                                    "the instructions of data",
                                    String.format("0x%02x", opcode));
        }
    }

    private void newObject() {
        List<Item> operands = pop(2);
        if (operands.get(0) instanceof ClassName name
                && operands.get(1) instanceof Tuple arguments
                && arguments.items().isEmpty()) {
            push(new NewObject(name.name()));
            return;
        }
        throw in.place()
                .malformed("an object is made in an unknown way", "a class and ()", "other");
    }

    private void build() {
        List<Item> operands = pop(2);
        if (!(operands.get(0) instanceof NewObject object)) {
            throw in.place().malformed("a state is set on what is no new object");
        }
        Value state = finish(operands.get(1));
        push(limited(Value.of(new ObjectValue(object.className(), state.value()), List.of(state))));
    }

    private void reduce() {
        List<Item> operands = pop(2);
        Item function = operands.get(0);
        if (function instanceof ClassName) {
            // Members of enumerations are written with their bare value, not with a tuple.
            push(limited(functions.apply(function, List.of(finish(operands.get(1))))));
            return;
        }
        push(limited(functions.apply(function, arguments(operands.get(1)).items())));
    }

    private Tuple tuple(List<Item> parts) {
        List<Item> items = new ArrayList<>(parts.size());
        for (Item part : parts) {
            items.add(part instanceof OpenList || part instanceof OpenDict ? finish(part) : part);
        }
        Tuple tuple = Tuple.of(items);
        if (tuple.value() != null) {
            limited(tuple.value());
        } else if (tuple.depth() > MAX_PARTS_DEPTH) {
            throw in.place().malformed("the arguments of a function nest too deep");
        }
        return tuple;
    }

    private void append(List<Item> elements) {
        if (!(top() instanceof OpenList list) || !list.isOpen()) {
            throw in.place().malformed("elements are added to what is no new list");
        }
        for (Item element : elements) {
            Value value = finish(element);
            // Finishing an element may have closed the list itself.
            if (!list.isOpen()) {
                throw in.place().malformed("a list holds itself");
            }
            list.add(value);
        }
    }

    private void put(List<Item> elements) {
        if (!(top() instanceof OpenDict dict) || !dict.isOpen() || elements.size() % 2 != 0) {
            throw in.place().malformed("entries are added to what is no new dictionary");
        }
        for (int i = 0; i < elements.size(); i += 2) {
            Value key = finish(elements.get(i));
            Value value = finish(elements.get(i + 1));
            if (!dict.isOpen()) {
                throw in.place().malformed("a dictionary holds itself");
            }
            dict.put(key, value);
        }
    }

    /** Turns what is used as a value into one; a list or dictionary grows no more. */
    private Value finish(Item item) {
        if (item instanceof Value value) {
            return value;
        } else if (item instanceof OpenList list) {
            return limited(list.finish());
        } else if (item instanceof OpenDict dict) {
            return limited(dict.finish());
        } else if (item instanceof Tuple tuple && tuple.value() != null) {
            return tuple.value();
        }
        throw in.place()
                .malformed(
                        "a part of a tensor or an object stands where a value must",
                        "a value",
                        item.getClass().getSimpleName());
    }

    private Value limited(Value value) {
        if (value.depth() > MAX_DEPTH) {
            throw in.place().malformed("the pickle nests too deep", "at most " + MAX_DEPTH, "more");
        }
        if (value.weight() > MAX_WEIGHT) {
            throw in.place()
                    .malformed(
                            "the pickle repeats its values too often",
                            "at most " + MAX_WEIGHT + " values",
                            "more");
        }
        return value;
    }

    private void push(Item item) {
        budget.take(BYTES_PER_VALUE, "the pickle", in.place());
        stack.add(item);
    }

    private Item top() {
        if (stack.size() <= floor()) {
            throw in.place().malformed("the pickle takes a value that is not there");
        }
        return stack.get(stack.size() - 1);
    }

    private int floor() {
        return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    }

    private Value popValue() {
        return finish(pop(1).get(0));
    }

    private Tuple popTuple() {
        return arguments(pop(1).get(0));
    }

    private Tuple arguments(Item item) {
        if (item instanceof Tuple tuple) {
            return tuple;
        }
        throw in.place().malformed("a tuple of arguments is missing");
    }

    private List<Item> pop(int count) {
        if (stack.size() - count < floor()) {
            throw in.place().malformed("the pickle takes a value that is not there");
        }
        return cut(stack.size() - count);
    }

    private List<Item> popToMark() {
        if (marks.isEmpty()) {
            throw in.place().malformed("the pickle lacks a mark");
        }
        return cut(marks.remove(marks.size() - 1));
    }

    private List<Item> cut(int from) {
        List<Item> tail = stack.subList(from, stack.size());
        List<Item> popped = List.copyOf(tail);
        tail.clear();
        return popped;
    }

    private Item remembered(int index) {
        Item item = memo.get(index);
        if (item == null) {
            throw in.place().malformed("the pickle recalls what it never remembered", "", index);
        }
        return item;
    }

    private void remember(int index) {
        budget.take(BYTES_PER_VALUE, "the pickle", in.place());
        memo.put(index, top());
    }
}
