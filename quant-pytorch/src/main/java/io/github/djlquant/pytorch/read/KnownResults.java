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
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.op.TypeCodes;
import io.github.djlquant.pytorch.read.ScriptValue.Known;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Results that follow from what is known, so that no node is needed. */
final class KnownResults {

    /** Operators whose result is their argument itself. */
    private static final Set<String> IDENTITIES =
            Set.of("detach", "detach_", "alias", "lift_fresh", "requires_grad_", "wait");

    /** What is done for its effect on people, and does not change the result. */
    private static final Set<String> MESSAGES =
            Set.of("warn", "print", "Print", "_assert", "_assert_async");

    private final Reading reading;
    private final Containers containers;

    KnownResults(Reading reading, Containers containers) {
        this.reading = reading;
        this.containers = containers;
    }

    /** Returns the result if it is known, without a node. */
    Optional<ScriptValue> of(
            OpType op, List<ScriptValue> positional, Map<String, ScriptValue> named, Frame frame) {
        String name = op.name();
        if (MESSAGES.contains(name)) {
            return Optional.of(ScriptValue.NONE);
        } else if (IDENTITIES.contains(name)
                || Operators.DROPOUTS.contains(
                                name.endsWith("_") ? name.substring(0, name.length() - 1) : name)
                        && isOff(positional)) {
            return Optional.of(positional.get(0));
        }
        if (named.isEmpty()) {
            Optional<ScriptValue> result =
                    Folding.fold(name, positional)
                            .or(() -> containers.apply(name, positional, frame))
                            .or(() -> identity(name, positional))
                            .or(() -> constantFact(name, positional));
            if (result.isPresent()) {
                return result;
            }
            return throughNumber(op, positional);
        }
        return Optional.empty();
    }

    private static boolean isOff(List<ScriptValue> arguments) {
        return arguments.size() > 2
                && arguments.get(2) instanceof Known train
                && Boolean.FALSE.equals(train.value());
    }

    /** {@code int(NumToTensor(n))} is n: tracing wraps sizes in tensors. */
    private Optional<ScriptValue> throughNumber(OpType op, List<ScriptValue> positional) {
        if (op.name().equals("Int")
                && positional.size() == 1
                && positional.get(0) instanceof GraphRef ref) {
            return ref.type.equals(ValueTypes.INT) ? Optional.of(ref) : reading.number(ref);
        }
        return Optional.empty();
    }

    private Optional<ScriptValue> identity(String name, List<ScriptValue> arguments) {
        boolean is = name.equals("__is__");
        if (!is && !name.equals("__isnot__")) {
            return Optional.empty();
        }
        ScriptValue a = arguments.get(0);
        ScriptValue b = arguments.get(1);
        boolean noneA = a instanceof Known known && known.isNone();
        boolean noneB = b instanceof Known known && known.isNone();
        if (noneA && noneB || a == b) {
            return Optional.of(Known.of(is));
        } else if (noneA || noneB) {
            ScriptValue other = noneA ? b : a;
            boolean open =
                    other instanceof GraphRef ref && ref.maybeNone()
                            || other instanceof ScriptValue.Uninitialized;
            return open ? Optional.empty() : Optional.of(Known.of(!is));
        } else if (a instanceof GraphRef x && b instanceof GraphRef y) {
            boolean fixed = x.memory != y.memory && !(reading.isInput(x) && reading.isInput(y));
            return fixed ? Optional.of(Known.of(!is)) : Optional.empty();
        }
        return Optional.of(Known.of(!is));
    }

    /** Facts of parameters and buffers: their extents and type never change. */
    private Optional<ScriptValue> constantFact(String name, List<ScriptValue> arguments) {
        if (arguments.isEmpty() || !(arguments.get(0) instanceof GraphRef ref)) {
            return Optional.empty();
        }
        Optional<Tensor> tensor = reading.tensor(ref);
        if (tensor.isEmpty()) {
            return Optional.empty();
        }
        Shape shape = tensor.get().shape();
        if (name.equals("dim") && arguments.size() == 1) {
            return Optional.of(Known.of((long) shape.rank()));
        } else if (name.equals("size") && arguments.size() == 1) {
            List<ScriptValue> sizes = new ArrayList<>();
            for (long size : shape.toArray()) {
                sizes.add(Known.of(size));
            }
            return Optional.of(reading.list("List[int]", sizes));
        } else if (name.equals("size")
                && arguments.get(1) instanceof Known known
                && known.value() instanceof Long axis
                && axis < shape.rank()
                && axis >= -shape.rank()) {
            return Optional.of(Known.of(shape.size((int) (long) axis)));
        } else if (name.equals("dtype") && arguments.size() == 1) {
            return TypeCodes.of(tensor.get().dataType()).map(Known::of);
        }
        return Optional.empty();
    }
}
