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

import java.util.ArrayList;
import java.util.List;

/**
 * What is kept of one step of a Block's run.
 *
 * @param key the digest of everything that tells it from others: the operation with all that it was
 *     called with, or an array that the Block brought
 * @param operation what was called, empty for an array that the Block brought and for the end
 * @param list whether it yielded a list
 * @param made what it yielded
 */
public record RememberedStep(String key, String operation, boolean list, List<Made> made) {

    private static final String LIST = " list";

    private static final String ARRAY = " array";

    private static final String NO_OPERATION = "-";

    /**
     * An array.
     *
     * @param type DJL's element type
     * @param shape the extents in that run
     */
    public record Made(String type, List<Long> shape) {}

    /**
     * Writes it down: {@code KEY NDArray.split(long) list FLOAT32:3,5 FLOAT32:5}.
     *
     * @return one line
     */
    public String line() {
        StringBuilder line =
                new StringBuilder(key)
                        .append(' ')
                        .append(operation.isEmpty() ? NO_OPERATION : operation)
                        .append(list ? LIST : ARRAY);
        for (Made array : made) {
            line.append(' ').append(array.type()).append(':');
            for (int i = 0; i < array.shape().size(); i++) {
                line.append(i == 0 ? "" : ",").append(array.shape().get(i));
            }
        }
        return line.toString();
    }

    /**
     * Reads what {@link #line} wrote.
     *
     * @param line one line
     * @return the step
     * @throws IllegalArgumentException if it is damaged
     */
    public static RememberedStep parse(String line) {
        String[] parts = line.split(" ");
        if (parts.length < 3 || !LIST.endsWith(parts[2]) && !ARRAY.endsWith(parts[2])) {
            throw new IllegalArgumentException("no step: " + line);
        }
        List<Made> made = new ArrayList<>();
        for (int i = 3; i < parts.length; i++) {
            made.add(made(parts[i]));
        }
        String operation = parts[1].equals(NO_OPERATION) ? "" : parts[1];
        return new RememberedStep(parts[0], operation, LIST.endsWith(parts[2]), made);
    }

    private static Made made(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("no array: " + text);
        }
        List<Long> shape = new ArrayList<>();
        if (colon + 1 < text.length()) {
            for (String extent : text.substring(colon + 1).split(",")) {
                shape.add(Long.valueOf(extent));
            }
        }
        return new Made(text.substring(0, colon), shape);
    }
}
