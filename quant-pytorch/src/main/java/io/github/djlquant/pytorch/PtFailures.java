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
package io.github.djlquant.pytorch;

import ai.djl.engine.EngineException;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Turns libtorch's errors into this project's, keeping libtorch's own words. */
final class PtFailures {

    /** As in {@code File "code/__torch__/net.py", line 7, in forward}; the innermost comes last. */
    private static final Pattern PLACE = Pattern.compile("File \"([^\"]+)\", line (\\d+)");

    private static final Pattern ERROR = Pattern.compile("(?:Runtime|Value|Type)?Error: *(.*)");

    private static final int LONGEST_MESSAGE = 500;

    private PtFailures() {}

    /** What went wrong while a module was loaded. */
    static QuantizationException onOpen(Exception e, String source) {
        String said = words(e);
        Problem problem =
                Problem.of("libtorch " + Libtorch.version() + " does not load the model")
                        .in(source)
                        .actual(said);
        if (said.contains("Unknown builtin op") || said.contains("Unknown type name")) {
            return new UnsupportedModelException(
                    problem.next(
                            "The model needs an operator or a class that this libtorch does not"
                                    + " have: export it without, or use a newer libtorch"),
                    e);
        }
        if (said.contains("version") && said.contains("supported")) {
            return new UnsupportedModelException(
                    problem.next("Use a newer libtorch, or export the model with an older PyTorch"),
                    e);
        }
        return new ModelFormatException(
                problem.next("Check the file with torch.jit.load or export it again"), e);
    }

    /**
     * What went wrong while a batch was run. Only a model that asks for a GPU is itself at fault.
     */
    static QuantizationException onRun(
            EngineException e, String source, List<Value> inputs, Map<String, Tensor> feeds) {
        if (words(e).contains("CUDA")) {
            return new UnsupportedModelException(
                    Problem.of("the model asks for a GPU: " + words(e))
                            .in(source)
                            .at(place(e))
                            .next(
                                    "Export it on the CPU: model.cpu() before torch.jit.trace, and no"
                                            + " devices in its code"),
                    e);
        }
        Problem problem =
                Problem.of("libtorch refuses this batch: " + words(e))
                        .in(source)
                        .expected(
                                inputs.stream()
                                        .map(input -> input.name() + " " + input.type())
                                        .collect(Collectors.joining(", ")))
                        .actual(
                                inputs.stream()
                                        .filter(input -> feeds.containsKey(input.name()))
                                        .map(input -> input.name() + " " + feeds.get(input.name()))
                                        .collect(Collectors.joining(", ")))
                        .next("Check names, shapes and element types of the inputs");
        String place = place(e);
        return new CalibrationException(place.isEmpty() ? problem : problem.at(place), e);
    }

    private static String place(Exception e) {
        Matcher places = PLACE.matcher(String.valueOf(e.getMessage()));
        String innermost = "";
        while (places.find()) {
            innermost = places.group(1) + " line " + places.group(2);
        }
        return innermost;
    }

    /** The error itself: behind it libtorch prints its own stack, before it the model's code. */
    private static String words(Exception e) {
        String said = e.getMessage() == null ? e.toString() : e.getMessage();
        Matcher errors = ERROR.matcher(said);
        while (errors.find()) {
            said = errors.group(1);
        }
        int stack = said.indexOf("Exception raised from");
        if (stack > 0) {
            said = said.substring(0, stack);
        }
        said = said.strip().replaceAll("\\s+", " ");
        return said.length() <= LONGEST_MESSAGE ? said : said.substring(0, LONGEST_MESSAGE) + "…";
    }
}
