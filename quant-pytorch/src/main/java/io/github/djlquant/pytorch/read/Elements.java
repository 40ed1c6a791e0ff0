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

import io.github.djlquant.pytorch.read.ScriptValue.Known;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What is asked of the elements of lists and tuples, as far as they are known. */
final class Elements {

    private Elements() {}

    static Optional<List<ScriptValue>> sorted(List<ScriptValue> elements) {
        boolean numbers =
                elements.stream()
                        .allMatch(e -> e instanceof Known known && known.value() instanceof Long);
        return numbers
                ? Optional.of(
                        elements.stream()
                                .sorted(Comparator.comparingLong(e -> (Long) ((Known) e).value()))
                                .toList())
                : Optional.empty();
    }

    static Optional<ScriptValue> contains(List<ScriptValue> elements, ScriptValue wanted) {
        if (!(wanted instanceof Known known)
                || !elements.stream().allMatch(Known.class::isInstance)) {
            return Optional.empty();
        }
        return Optional.of(
                Known.of(
                        elements.stream()
                                .anyMatch(e -> known.value().equals(((Known) e).value()))));
    }

    static Optional<Boolean> equality(List<ScriptValue> elements, ScriptValue other) {
        if (!(other instanceof ListCell list) || !list.isKnown()) {
            return Optional.empty();
        } else if (list.elements.size() != elements.size()) {
            return Optional.of(false);
        }
        boolean open = false;
        for (int i = 0; i < elements.size(); i++) {
            if (elements.get(i) instanceof Known a && list.elements.get(i) instanceof Known b) {
                if (!java.util.Objects.equals(a.value(), b.value())) {
                    return Optional.of(false);
                }
            } else if (elements.get(i) != list.elements.get(i)) {
                open = true;
            }
        }
        return open ? Optional.empty() : Optional.of(true);
    }

    static Optional<List<ScriptValue>> slice(List<ScriptValue> elements, List<ScriptValue> bounds) {
        int size = elements.size();
        Optional<Integer> start = bound(bounds, 0, 0, size);
        Optional<Integer> end = bound(bounds, 1, size, size);
        Optional<Integer> step =
                bounds.size() > 2 ? bound(bounds, 2, 1, Integer.MAX_VALUE) : Optional.of(1);
        if (start.isEmpty() || end.isEmpty() || step.isEmpty() || step.get() < 1) {
            return Optional.empty();
        }
        List<ScriptValue> part = new ArrayList<>();
        for (long i = start.get(); i < end.get(); i += step.get()) {
            part.add(elements.get((int) i));
        }
        return Optional.of(part);
    }

    static Optional<Integer> bound(List<ScriptValue> bounds, int position, int absent, int size) {
        if (position >= bounds.size()) {
            return Optional.of(absent);
        } else if (!(bounds.get(position) instanceof Known known)) {
            return Optional.empty();
        } else if (known.isNone()) {
            return Optional.of(absent);
        } else if (!(known.value() instanceof Long value)) {
            return Optional.empty();
        } else {
            long positive = value < 0 ? value + size : value;
            return Optional.of((int) Math.max(0, Math.min(size, positive)));
        }
    }

    static Optional<Integer> index(ScriptValue value, int size) {
        if (value instanceof Known known && known.value() instanceof Long index) {
            long positive = index < 0 ? index + size : index;
            if (positive >= 0 && positive < size) {
                return Optional.of((int) positive);
            }
        }
        return Optional.empty();
    }

    static Optional<List<ScriptValue>> other(ScriptValue value) {
        return value instanceof ListCell list && list.isKnown()
                ? Optional.of(list.elements)
                : Optional.empty();
    }

    static List<ScriptValue> plus(List<ScriptValue> a, List<ScriptValue> b) {
        List<ScriptValue> both = new ArrayList<>(a);
        both.addAll(b);
        return both;
    }

    static Optional<ScriptValue> format(String pattern, List<ScriptValue> arguments) {
        String text = pattern;
        for (ScriptValue argument : arguments) {
            if (!(argument instanceof Known known)
                    || !(known.value() instanceof Long || known.value() instanceof String)
                    || !text.contains("{}")) {
                return Optional.empty();
            }
            int at = text.indexOf("{}");
            text = text.substring(0, at) + known.value() + text.substring(at + 2);
        }
        return text.contains("{") ? Optional.empty() : Optional.of(Known.of(text));
    }
}
