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

import io.github.djlquant.graph.Sha256;
import io.github.djlquant.trace.record.RememberedStep;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * What the runs of a trace did, so that a later load need not compute them again to know that they
 * would do the same.
 *
 * @param inputs what the Block was traced with
 * @param runs the steps of each run
 */
public record TraceMemory(List<String> inputs, List<List<RememberedStep>> runs) {

    /**
     * Returns what tells it from others. Of Blocks with the same {@link BlockTrace#structure} and
     * the same elements in their parameters, those with the same digest have the same graph.
     *
     * @return a SHA-256 in lower-case hexadecimal
     */
    public String digest() {
        byte[] text = String.join("\n", lines()).getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(Sha256.begin().digest(text));
    }

    /**
     * Writes it down.
     *
     * @return lines of text
     */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(Integer.toString(inputs.size()));
        lines.addAll(inputs);
        for (List<RememberedStep> run : runs) {
            lines.add(Integer.toString(run.size()));
            run.forEach(step -> lines.add(step.line()));
        }
        return lines;
    }

    /**
     * Reads what {@link #lines} wrote.
     *
     * @param lines lines of text
     * @return empty if they are damaged
     */
    public static Optional<TraceMemory> parse(List<String> lines) {
        try {
            Iterator<String> rest = lines.iterator();
            List<String> inputs = next(rest);
            List<List<RememberedStep>> runs = new ArrayList<>();
            while (rest.hasNext()) {
                List<RememberedStep> run = new ArrayList<>();
                next(rest).forEach(line -> run.add(RememberedStep.parse(line)));
                runs.add(run);
            }
            return runs.size() == TracedInputs.RUNS
                    ? Optional.of(new TraceMemory(inputs, runs))
                    : Optional.empty();
        } catch (IllegalArgumentException | NoSuchElementException e) {
            return Optional.empty();
        }
    }

    /** As many lines as the first one tells. */
    private static List<String> next(Iterator<String> rest) {
        List<String> lines = new ArrayList<>();
        for (int count = Integer.parseInt(rest.next()); count > 0; count--) {
            lines.add(rest.next());
        }
        return lines;
    }
}
