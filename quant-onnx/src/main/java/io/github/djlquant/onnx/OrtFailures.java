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
package io.github.djlquant.onnx;

import ai.onnxruntime.OrtException;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.UnsupportedModelException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns the runtime's errors into this project's, keeping the runtime's own words. */
final class OrtFailures {

    /** A model may promise any batch and hold a Reshape to the one that it was exported with. */
    private static final String ONE_SIZE =
            "; if the model takes batches of one size only, whatever its signature says, name that"
                    + " size: --batch N (in Java optBatchSize(N)); this batch has %d";

    /** As in "while running Gather node. Name:'lookup' Status Message: ...". */
    private static final Pattern NODE = Pattern.compile("node\\. Name:\\s*'([^']+)'");

    private static final int LONGEST_MESSAGE = 500;

    private OrtFailures() {}

    /** What went wrong while a session was created. */
    static QuantizationException onOpen(OrtException e, String source) {
        String said = words(e);
        Problem problem =
                Problem.of("ONNX Runtime " + OrtRuntime.version() + " does not open the model")
                        .in(source)
                        .actual(said);
        if (isVersion(said)) {
            return new UnsupportedModelException(
                    problem.next(
                            "Use a newer com.microsoft.onnxruntime:onnxruntime, or export the"
                                    + " model with a lower opset"),
                    e);
        }
        if (isUnknownOperator(e, said)) {
            return new UnsupportedModelException(
                    problem.next(
                            "The model holds an operator, or an operator on an element type, that"
                                    + " this runtime does not have: export it without the operator"
                                    + " or use a newer runtime"),
                    e);
        }
        return new ModelFormatException(
                problem.next("Check the model with onnx.checker or export it again"), e);
    }

    /** What went wrong while a batch of some rows was run. */
    static CalibrationException onRun(OrtException e, String source, long rows) {
        String said = words(e);
        Matcher node = NODE.matcher(said);
        Problem problem =
                Problem.of("ONNX Runtime refuses this batch")
                        .in(source)
                        .actual(said)
                        .next(
                                "Check names, shapes and element types of the inputs"
                                        + ONE_SIZE.formatted(rows));
        return new CalibrationException(
                node.find() ? problem.at("node " + node.group(1)) : problem, e);
    }

    private static boolean isVersion(String said) {
        return said.contains("opset")
                || said.contains("Unsupported model IR version")
                || said.contains("is under development");
    }

    private static boolean isUnknownOperator(OrtException e, String said) {
        return e.getCode() == OrtException.OrtErrorCode.ORT_NOT_IMPLEMENTED
                || said.contains("is not a registered function/op")
                || said.contains("No Op registered")
                || said.contains("Could not find an implementation");
    }

    /** The runtime prefixes its words with codes and, sometimes, with its own source paths. */
    private static String words(OrtException e) {
        String said = e.getMessage() == null ? e.toString() : e.getMessage();
        said = said.strip().replaceAll("\\s+", " ");
        return said.length() <= LONGEST_MESSAGE ? said : said.substring(0, LONGEST_MESSAGE) + "…";
    }
}
