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
package io.github.djlquant.trace;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An input of a Block that is traced.
 *
 * @param name its name in the graph
 * @param dataType the element type
 * @param shape the extents; -1 where the extent stays open, and axis 0 stays open whatever it says.
 *     It is the batch in all inputs, unless it has a name of its own, or another extent (beyond 1)
 *     than that of the first input: then it counts something else
 * @param axisNames one name per axis, read where the extent is open; axes of the same name have the
 *     same extent, in this input and in all others
 */
public record TraceInput(String name, DataType dataType, Shape shape, List<String> axisNames) {

    private static final String BATCH = "batch";

    private static final Pattern FORM =
            Pattern.compile("([\\w.]+):(\\w+):((?:\\d{1,9}|\\?)(?:x(?:\\d{1,9}|\\?))*)");

    /** Requires a name per axis. */
    public TraceInput {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(dataType, "dataType");
        Objects.requireNonNull(shape, "shape");
        axisNames = List.copyOf(axisNames);
        if (axisNames.size() != shape.dimension()) {
            throw new IllegalArgumentException(
                    "an input of shape " + shape + " with " + axisNames.size() + " axis names");
        }
    }

    /**
     * Creates an input whose open axes are named after their place: {@code batch}, {@code axis1},
     * ... So axes in the same place of several inputs have the same extent.
     *
     * @param name its name in the graph
     * @param dataType the element type
     * @param shape the extents, -1 where the extent stays open
     */
    public TraceInput(String name, DataType dataType, Shape shape) {
        this(name, dataType, shape, names(shape.dimension()));
    }

    /**
     * Tells what is no batch apart: a table of 10 rows beside a batch of 4 is open, too, but of
     * another extent.
     */
    static List<TraceInput> apart(List<TraceInput> inputs) {
        Map<Long, String> counted = new HashMap<>();
        List<TraceInput> apart = new ArrayList<>();
        for (TraceInput input : inputs) {
            if (input.shape.dimension() == 0 || !input.axisNames.get(0).equals(BATCH)) {
                apart.add(input);
                continue;
            }
            long rows = input.shape.get(0);
            if (counted.isEmpty()) {
                counted.put(rows, BATCH);
            }
            String name =
                    rows <= 1 ? BATCH : counted.computeIfAbsent(rows, r -> input.name + "_rows");
            List<String> names = new ArrayList<>(input.axisNames);
            names.set(0, name);
            apart.add(new TraceInput(input.name, input.dataType, input.shape, names));
        }
        return apart;
    }

    private static List<String> names(int rank) {
        List<String> names = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            names.add(axis == 0 ? BATCH : "axis" + axis);
        }
        return names;
    }

    /**
     * Reads the text form: {@code tokens:int64:?x128}, with ? where the extent stays open.
     *
     * @param text a name, an element type of DJL and extents
     * @return the input
     * @throws IllegalArgumentException if the text is no input; the message says what is expected
     */
    public static TraceInput parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "' is no input; expected NAME:TYPE:SHAPE as in tokens:int64:?x128");
        }
        long[] sizes =
                Arrays.stream(form.group(3).split("x"))
                        .mapToLong(size -> size.equals("?") ? -1 : Long.parseLong(size))
                        .toArray();
        return new TraceInput(form.group(1), type(form.group(2)), new Shape(sizes));
    }

    /**
     * Returns the text form that {@link #parse} reads.
     *
     * @return such as {@code tokens:int64:?x128}
     */
    public String text() {
        return name
                + ":"
                + dataType.name().toLowerCase(Locale.ROOT)
                + ":"
                + IntStream.range(0, shape.dimension())
                        .mapToObj(axis -> isOpen(axis) ? "?" : Long.toString(shape.get(axis)))
                        .collect(Collectors.joining("x"));
    }

    private static DataType type(String name) {
        return Arrays.stream(DataType.values())
                .filter(type -> type.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "'"
                                                + name
                                                + "' is no element type; expected one such as"
                                                + " float32 or int64"));
    }

    TraceInput withDataType(DataType type) {
        return new TraceInput(name, type, shape, axisNames);
    }

    boolean isOpen(int axis) {
        return axis == 0 || shape.get(axis) == -1;
    }
}
