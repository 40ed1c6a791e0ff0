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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Makes changes in place functional.
 *
 * <p>A change gives the changed reference a new name. What it looks at gets the change written into
 * it ({@code select_scatter} and its like), up to the whole tensor; every other reference to the
 * memory becomes stale and, if it is a view, is taken anew when it is read next. Where an operator
 * may or may not have copied, or no inverse exists, reading a stale reference is an error.
 *
 * <pre>
 * v = torch.select(x, 0, 1)          v  = aten::select(x, 0, 1)
 * torch.add_(v, 1)              =    v' = aten::add(v, 1)
 * return x                           x' = aten::select_scatter(x, v', 0, 1)
 * </pre>
 */
final class Aliases {

    private final Reading reading;

    Aliases(Reading reading) {
        this.reading = reading;
    }

    /** Returns the name of the reference's content, taking a view anew if that is needed. */
    String use(GraphRef ref, Frame frame) {
        if (ref.stale) {
            if (ref.view.isEmpty() || !ref.view.get().certain()) {
                throw reading.unsupported(
                        frame,
                        "",
                        "a value is read after memory that it may share was changed in place",
                        "changes in place of values that are not read later through another one",
                        ref.name,
                        "Replace the change in place by its functional form in the model");
            }
            GraphRef.View view = ref.view.get();
            List<Argument> arguments = new ArrayList<>(view.call().positional());
            arguments.set(view.basePosition(), Argument.of(use(view.base(), frame)));
            List<String> hints =
                    IntStream.range(0, view.outputs())
                            .mapToObj(i -> view.call().op().name())
                            .toList();
            List<String> outputs =
                    reading.sink.add(
                            frame,
                            new Call(view.call().op(), arguments, view.call().named()),
                            hints);
            set(ref, outputs.get(view.output()), false);
        }
        return ref.name;
    }

    /** The content of a reference has changed. */
    void changed(GraphRef ref, String newName, Frame frame) {
        if (ref.memory.isConstant()) {
            throw reading.unsupported(
                    frame,
                    "",
                    "a parameter or buffer is changed in place, so that one run depends on the"
                            + " runs before",
                    "a model without state between runs",
                    ref.name,
                    "Pass the state in and out as tensors");
        }
        Set<GraphRef> updated = new HashSet<>();
        set(ref, newName, false);
        updated.add(ref);
        GraphRef child = ref;
        while (child.view.isPresent()) {
            GraphRef.View view = child.view.get();
            GraphRef base = view.base();
            Optional<Call> scatter =
                    view.certain() && readable(base)
                            ? scatter(view, use(base, frame), child.name)
                            : Optional.empty();
            if (scatter.isEmpty()) {
                break;
            }
            set(base, reading.sink.add(frame, scatter.get(), "changed"), false);
            updated.add(base);
            child = base;
        }
        for (GraphRef member : ref.memory.reached()) {
            if (!updated.contains(member)) {
                set(member, member.name, true);
            }
        }
    }

    /** The reference itself becomes a view of what it was: its shape was changed in place. */
    void reshaped(GraphRef ref, Call call, String newName) {
        Optional<GraphRef.View> oldView = ref.view;
        GraphRef before = new GraphRef(ref.serial, ref.name, ref.type, ref.dataType, oldView);
        if (oldView.isEmpty()) {
            ref.memory.join(before.memory);
        }
        reading.journal.changed(ref, () -> ref.view = oldView);
        ref.view = Optional.of(new GraphRef.View(before, call, 0, 0, 1, true));
        set(ref, newName, false);
    }

    /** Gives a reference that no view can reach another content, as a merge of branches does. */
    void set(GraphRef ref, String name, boolean stale) {
        if (!ref.name.equals(name) || ref.stale != stale) {
            String oldName = ref.name;
            boolean oldStale = ref.stale;
            reading.journal.changed(
                    ref,
                    () -> {
                        ref.name = oldName;
                        ref.stale = oldStale;
                    });
            ref.name = name;
            ref.stale = stale;
        }
    }

    boolean readable(GraphRef ref) {
        return !ref.stale
                || ref.view.isPresent()
                        && ref.view.get().certain()
                        && readable(ref.view.get().base());
    }

    /** The base with the view's part replaced. */
    private static Optional<Call> scatter(GraphRef.View view, String base, String part) {
        Call call = view.call();
        return switch (view.outputs() > 1 ? "" : call.op().name()) {
            case "select", "slice", "diagonal", "as_strided" -> {
                List<Argument> arguments = new ArrayList<>();
                arguments.add(Argument.of(base));
                arguments.add(Argument.of(part));
                arguments.addAll(call.positional().subList(1, call.positional().size()));
                yield Optional.of(
                        new Call(aten(call.op().name() + "_scatter"), arguments, call.named()));
            }
            case "view", "view_as", "squeeze", "unsqueeze", "unflatten" ->
                    Optional.of(aten("reshape_as", Argument.of(part), Argument.of(base)));
            case "transpose", "swapaxes", "swapdims", "t" -> {
                List<Argument> arguments = new ArrayList<>(call.positional());
                arguments.set(0, Argument.of(part));
                yield Optional.of(new Call(call.op(), arguments, call.named()));
            }
            case "permute" ->
                    inverse(call.argument("dims"))
                            .map(dims -> aten("permute", Argument.of(part), dims));
            default -> Optional.empty();
        };
    }

    private static Optional<Argument> inverse(Argument dims) {
        if (!(dims instanceof Argument.Literal literal
                && literal.attribute() instanceof Attribute.IntsAttribute ints)) {
            return Optional.empty();
        }
        int rank = ints.values().size();
        Long[] inverse = new Long[rank];
        for (int i = 0; i < rank; i++) {
            long axis = ints.values().get(i);
            int at = (int) (axis < 0 ? axis + rank : axis);
            if (at < 0 || at >= rank) {
                return Optional.empty();
            }
            inverse[at] = (long) i;
        }
        for (Long axis : inverse) {
            if (axis == null) {
                return Optional.empty();
            }
        }
        return Optional.of(Argument.literal(List.of(inverse)));
    }

    private static Call aten(String op, Argument... arguments) {
        return new Call(aten(op), List.of(arguments), Map.of());
    }

    private static OpType aten(String op) {
        return new OpType(OpType.ATEN, op);
    }
}
