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
package io.github.djlquant.trace.lower;

import io.github.djlquant.Problem;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.trace.TraceException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says numbers by extents. A number that differs between runs must be, in all of them, an extent of
 * an array at hand, an input's extent, a fraction of a product of up to three of these, or an
 * extent times a fraction plus a constant. Extents are distinct primes in the runs, so that one
 * number has one such form.
 */
final class ExtentWriter {

    private final Emitter emitter;
    private final List<Source> inputs = new ArrayList<>();
    private final Map<Observed, Source> seen = new LinkedHashMap<>();
    private final Map<Observed, String> symbols = new HashMap<>();
    private final Map<String, String> shapes = new HashMap<>();
    private final Map<Source, String> extents = new HashMap<>();

    ExtentWriter(Emitter emitter) {
        this.emitter = emitter;
    }

    /** An axis of a value whose extent differs between runs. */
    private record Source(String value, int axis, Observed extent) {}

    /** A factor and what it is applied to: (numerator * product + offset) / denominator. */
    private record Form(List<Source> factors, long numerator, long offset, long denominator) {}

    /** An input's open axis. */
    void input(String value, int axis, Observed extent, String symbol) {
        if (symbols.putIfAbsent(extent, symbol) == null) {
            inputs.add(new Source(value, axis, extent));
        }
    }

    /** A value whose extents can be asked for from now on. */
    void know(Operand value) {
        for (Source source : sources(value)) {
            seen.putIfAbsent(source.extent(), source);
        }
    }

    private static List<Source> sources(Operand value) {
        List<Source> found = new ArrayList<>();
        for (int axis = 0; axis < value.rank(); axis++) {
            if (!value.extent(axis).isConstant()) {
                found.add(new Source(value.name(), axis, value.extent(axis)));
            }
        }
        return found;
    }

    /** What a graph says about an extent. */
    Dimension dimension(Observed extent) {
        if (extent.isConstant()) {
            return new Dimension.Fixed(extent.first());
        }
        String symbol = symbols.get(extent);
        return symbol == null ? Dimension.UNKNOWN : new Dimension.Symbolic(symbol);
    }

    /**
     * A vector of integers.
     *
     * @param values the numbers
     * @param near arrays to look at first
     * @param place the path and operation, for the error
     * @return the name of an int64 value
     */
    String vector(List<Observed> values, List<Operand> near, String place) {
        if (values.stream().allMatch(Observed::isConstant)) {
            return emitter.integers(values.stream().map(Observed::first).toList());
        }
        List<String> parts = new ArrayList<>();
        for (Observed value : values) {
            parts.add(one(value, near, place));
        }
        return parts.size() == 1
                ? parts.get(0)
                : emitter.node("Concat", parts, Map.of("axis", Attribute.of(0L)));
    }

    private String one(Observed value, List<Operand> near, String place) {
        if (value.isConstant()) {
            return emitter.integers(value.first());
        }
        Form form =
                find(value, near)
                        .orElseThrow(
                                () ->
                                        new TraceException(
                                                Problem.of(
                                                                "a number depends on the inputs'"
                                                                        + " extents in no simple"
                                                                        + " way")
                                                        .at(place)
                                                        .expected(
                                                                "an extent, a fraction of a"
                                                                        + " product of extents, or"
                                                                        + " an extent plus a"
                                                                        + " constant")
                                                        .actual(value + " for " + symbols)
                                                        .next(
                                                                "Fix the extent that it depends on"
                                                                        + " in the inputs'"
                                                                        + " shapes")));
        String text = null;
        for (Source factor : form.factors()) {
            String extent = extent(factor);
            text = text == null ? extent : emitter.node("Mul", List.of(text, extent));
        }
        if (form.numerator() != 1) {
            text = emitter.node("Mul", List.of(text, emitter.integers(form.numerator())));
        }
        if (form.offset() != 0) {
            text = emitter.node("Add", List.of(text, emitter.integers(form.offset())));
        }
        return form.denominator() == 1
                ? text
                : emitter.node("Div", List.of(text, emitter.integers(form.denominator())));
    }

    private String extent(Source source) {
        String known = extents.get(source);
        if (known == null) {
            String shape = shapes.get(source.value());
            if (shape == null) {
                shape = emitter.node("Shape", List.of(source.value()));
                shapes.put(source.value(), shape);
            }
            known =
                    emitter.node(
                            "Gather",
                            List.of(shape, emitter.integers(source.axis())),
                            Map.of("axis", Attribute.of(0L)));
            extents.put(source, known);
        }
        return known;
    }

    private Optional<Form> find(Observed value, List<Operand> near) {
        List<Source> close = new ArrayList<>();
        near.forEach(operand -> close.addAll(sources(operand)));
        close.addAll(inputs);
        for (Source source : close) {
            if (source.extent().equals(value)) {
                return Optional.of(new Form(List.of(source), 1, 0, 1));
            }
        }
        if (seen.containsKey(value)) {
            return Optional.of(new Form(List.of(seen.get(value)), 1, 0, 1));
        }
        return scaled(value, close, List.of(), 0)
                .or(
                        () ->
                                close.stream()
                                        .map(source -> affine(value, source))
                                        .flatMap(Optional::stream)
                                        .findFirst())
                .or(
                        () ->
                                seen.values().stream()
                                        .map(source -> affine(value, source))
                                        .flatMap(Optional::stream)
                                        .findFirst());
    }

    /** The shortest product that the value is a fraction of. */
    private static Optional<Form> scaled(
            Observed value, List<Source> sources, List<Source> chosen, int from) {
        for (int length = 1; length <= 3; length++) {
            Optional<Form> found = scaled(value, sources, chosen, from, length);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<Form> scaled(
            Observed value, List<Source> sources, List<Source> chosen, int from, int length) {
        if (chosen.size() == length) {
            Observed product =
                    chosen.stream().map(Source::extent).reduce(Observed::times).orElseThrow();
            long divisor = gcd(value.first(), product.first());
            long numerator = value.first() / divisor;
            long denominator = product.first() / divisor;
            for (int i = 0; i < value.seen().length; i++) {
                if (value.seen()[i] * denominator != product.seen()[i] * numerator) {
                    return Optional.empty();
                }
            }
            return Optional.of(new Form(chosen, numerator, 0, denominator));
        }
        for (int i = from; i < sources.size(); i++) {
            List<Source> more = new ArrayList<>(chosen);
            more.add(sources.get(i));
            Optional<Form> found = scaled(value, sources, more, i, length);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<Form> affine(Observed value, Source source) {
        long[] v = value.seen();
        long[] s = source.extent().seen();
        long divisor = gcd(v[1] - v[0], s[1] - s[0]);
        if (divisor == 0 || s[1] == s[0]) {
            return Optional.empty();
        }
        long sign = s[1] < s[0] ? -1 : 1;
        long numerator = sign * (v[1] - v[0]) / divisor;
        long denominator = sign * (s[1] - s[0]) / divisor;
        long offset = v[0] * denominator - s[0] * numerator;
        for (int i = 0; i < v.length; i++) {
            if (v[i] * denominator != s[i] * numerator + offset) {
                return Optional.empty();
            }
        }
        return Optional.of(new Form(List.of(source), numerator, offset, denominator));
    }

    private static long gcd(long a, long b) {
        long x = Math.abs(a);
        long y = Math.abs(b);
        while (y != 0) {
            long rest = x % y;
            x = y;
            y = rest;
        }
        return x;
    }
}
