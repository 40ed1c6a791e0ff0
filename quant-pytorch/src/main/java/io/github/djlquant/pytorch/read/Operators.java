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

import io.github.djlquant.graph.OpType;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.AtenSchemas;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.op.PrimOps;
import io.github.djlquant.pytorch.read.ScriptValue.Known;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Applies operators: decided where all is known, else as nodes. */
final class Operators {

    static final Set<String> DROPOUTS =
            Set.of("dropout", "feature_dropout", "alpha_dropout", "feature_alpha_dropout");

    /** Views that are copies where the memory's order asks for it. */
    private static final Set<String> UNCERTAIN =
            Set.of(
                    "contiguous",
                    "to",
                    "reshape",
                    "reshape_as",
                    "flatten",
                    "ravel",
                    "cpu",
                    "cuda",
                    "pin_memory",
                    "as_tensor",
                    "resolve_conj",
                    "resolve_neg",
                    "positive");

    /** Operators that cut a tensor into parts that do not overlap. */
    private static final Set<String> CUTS =
            Set.of(
                    "chunk",
                    "unsafe_chunk",
                    "split",
                    "unsafe_split",
                    "split_with_sizes",
                    "unsafe_split_with_sizes",
                    "tensor_split",
                    "unbind");

    /** Operators that yield an element of what they are given. */
    private static final Set<String> ELEMENTS = Set.of("__getitem__", "pop", "get");

    private final Reading reading;
    private final KnownResults knownResults;
    private final ResultTypes types = new ResultTypes();

    Operators(Reading reading, Containers containers) {
        this.reading = reading;
        this.knownResults = new KnownResults(reading, containers);
    }

    /**
     * Applies an operator.
     *
     * @param targets what its results are called
     * @return its result, a tuple if there is more than one target
     */
    ScriptValue apply(
            OpType op,
            List<ScriptValue> positional,
            Map<String, ScriptValue> named,
            Frame frame,
            List<String> targets) {
        if (op.dialect().equals(OpType.PRIM) && op.name().equals("RaiseException")) {
            throw new RaisedException(
                    positional.isEmpty() ? "" : Operands.text(positional.get(0)).orElse(""));
        }
        if (op.dialect().equals(OpType.PRIM) || op.dialect().equals(OpType.ATEN)) {
            Optional<ScriptValue> known = knownResults.of(op, positional, named, frame);
            if (known.isPresent()) {
                return known.get();
            }
        }
        refuse(op, positional, frame);
        String name = op.name();
        boolean inPlace =
                op.dialect().equals(OpType.ATEN) && name.endsWith("_") && !name.endsWith("__");
        if (inPlace || named.containsKey("out")) {
            return inPlace(op, positional, named, frame, targets);
        }
        return emit(op, positional, named, frame, targets);
    }

    private void refuse(OpType op, List<ScriptValue> positional, Frame frame) {
        String name = op.name();
        boolean dropout =
                DROPOUTS.contains(name)
                        && positional.size() > 2
                        && positional.get(2) instanceof Known train
                        && Boolean.TRUE.equals(train.value());
        boolean norm =
                name.equals("batch_norm")
                        && positional.size() > 5
                        && positional.get(5) instanceof Known training
                        && Boolean.TRUE.equals(training.value())
                        && !(positional.get(3) instanceof Known mean && mean.isNone());
        if (dropout || norm) {
            throw reading.unsupported(
                    frame,
                    name,
                    "the model was traced while it was being trained",
                    "train=False",
                    "train=True",
                    "Call eval() on the model before tracing it");
        } else if (op.dialect().equals("quantized") && !reading.acceptsPacked) {
            throw reading.unsupported(
                    frame,
                    name,
                    "the model is quantized already",
                    "float operators",
                    op,
                    "Start from the float model that it was made of");
        }
    }

    private ScriptValue inPlace(
            OpType op,
            List<ScriptValue> positional,
            Map<String, ScriptValue> named,
            Frame frame,
            List<String> targets) {
        ScriptValue target =
                named.getOrDefault("out", positional.isEmpty() ? null : positional.get(0));
        if (!(target instanceof GraphRef ref) || targets.size() != 1) {
            throw reading.unsupported(
                    frame,
                    op.name(),
                    "an operator changes something in place that is no single tensor",
                    "a tensor",
                    target,
                    "Use the functional form in the model");
        }
        Map<String, ScriptValue> rest = new LinkedHashMap<>(named);
        rest.remove("out");
        String name = op.name();
        boolean underscored = name.endsWith("_");
        OpType functional =
                underscored ? new OpType(op.dialect(), name.substring(0, name.length() - 1)) : op;
        reading.aliases.use(ref, frame);
        Call call =
                new Call(
                        functional,
                        reading.operands.positional(positional, frame),
                        reading.operands.named(rest, frame));
        String result = reading.sink.add(frame, call, hint(functional, targets.get(0)));
        if (AtenSchemas.shared(functional).isEmpty()) {
            reading.aliases.changed(ref, result, frame);
        } else {
            reading.aliases.reshaped(ref, call, result);
        }
        return ref;
    }

    private ScriptValue emit(
            OpType op,
            List<ScriptValue> positional,
            Map<String, ScriptValue> named,
            Frame frame,
            List<String> targets) {
        Call call =
                new Call(
                        op,
                        reading.operands.positional(positional, frame),
                        reading.operands.named(named, frame));
        List<String> hints = targets.stream().map(target -> hint(op, target)).toList();
        List<String> names = reading.sink.add(frame, call, hints);
        List<ScriptValue> results = new ArrayList<>(names.size());
        for (int i = 0; i < names.size(); i++) {
            results.add(result(op, call, positional, names, i));
        }
        if (op.name().equals("NumToTensor")) {
            reading.number((GraphRef) results.get(0), positional.get(0));
        }
        return results.size() == 1 ? results.get(0) : new ScriptValue.TupleOf(results);
    }

    private GraphRef result(
            OpType op, Call call, List<ScriptValue> positional, List<String> names, int index) {
        ResultTypes.Result type = types.of(op, positional, names.size(), reading);
        Optional<GraphRef.View> view = Optional.empty();
        for (int position : AtenSchemas.shared(op)) {
            if (view.isEmpty()
                    && position < positional.size()
                    && positional.get(position) instanceof GraphRef base) {
                boolean certain = !UNCERTAIN.contains(op.name()) && !DROPOUTS.contains(op.name());
                view =
                        Optional.of(
                                new GraphRef.View(
                                        base, call, position, index, names.size(), certain));
            }
        }
        GraphRef result =
                new GraphRef(
                        reading.nextSerial(), names.get(index), type.type(), type.dataType(), view);
        boolean cut = CUTS.contains(op.name());
        result.apart = cut && names.size() == 1;
        ScriptValue first = positional.isEmpty() ? ScriptValue.NONE : positional.get(0);
        GraphRef whole = first instanceof ListCell list ? list.value.orElse(null) : null;
        whole = first instanceof GraphRef ref ? ref : whole;
        if (cut && names.size() > 1 && whole != null) {
            result.becomePart(whole);
        } else if (ELEMENTS.contains(op.name())
                && whole != null
                && !ValueTypes.isScalar(result.type)) {
            whole.memory.join(result.memory);
        }
        reading.describe(result);
        return result;
    }

    private static String hint(OpType op, String target) {
        return target.isEmpty() || target.equals("unused") ? op.name() : target;
    }

    /** A value that is known to have a narrower type, such as not to be None. */
    ScriptValue cast(String type, ScriptValue value, Frame frame, String hint) {
        if (!(value instanceof GraphRef ref)
                || ref.type.equals(type)
                || !ref.maybeNone() && !ref.type.isEmpty()) {
            return value;
        }
        Argument argument = reading.operands.argument(ref, frame);
        Call call =
                new Call(
                        PrimOps.UNCHECKED_CAST,
                        List.of(argument),
                        Map.of(PrimOps.TYPE, Argument.literal(type)));
        GraphRef cast = reading.add(frame, call, hint(call.op(), hint), type);
        ref.memory.join(cast.memory);
        return cast;
    }

    ScriptValue isInstance(ScriptValue value, String type, Frame frame) {
        String actual = reading.operands.type(value);
        if (actual.isEmpty() || actual.startsWith("Optional[")) {
            throw reading.unsupported(
                    frame,
                    "isinstance",
                    "a type is tested that depends on the input",
                    type,
                    "a value of unknown type",
                    "Trace the model");
        }
        return Known.of(
                type.equals(actual) || type.contains(actual + ",") || type.contains(actual + ")"));
    }

    /** Part of a sequence. */
    ScriptValue slice(
            ScriptValue object,
            Optional<ScriptValue> lower,
            Optional<ScriptValue> upper,
            Optional<ScriptValue> step,
            Frame frame,
            String hint) {
        List<ScriptValue> arguments = new ArrayList<>();
        arguments.add(object);
        if (object instanceof GraphRef ref && ref.type.equals(ValueTypes.TENSOR)) {
            arguments.add(Known.of(0));
        }
        arguments.add(lower.orElse(ScriptValue.NONE));
        arguments.add(upper.orElse(ScriptValue.NONE));
        step.ifPresent(arguments::add);
        return apply(new OpType(OpType.ATEN, "slice"), arguments, Map.of(), frame, List.of(hint));
    }
}
