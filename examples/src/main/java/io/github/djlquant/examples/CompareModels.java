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
package io.github.djlquant.examples;

import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.GateResult;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.evaluate.ModelEvaluator;
import io.github.djlquant.recipe.GateThresholds;
import java.nio.file.Path;

/**
 * Judges a quantized model by your own data and your own limits: {@code CompareModels FLOAT.onnx
 * INT8.onnx ROWS.npz LABELS.txt}.
 */
public final class CompareModels {

    /** At most 3 % of the answers changed, half a point of accuracy lost. */
    private static final GateThresholds LIMITS = new GateThresholds(0.03, 0.98, 0.005);

    private CompareModels() {}

    /**
     * Compares.
     *
     * @param args the float model, the quantized one, inputs of both and the right class of each
     *     row, one a line
     */
    public static void main(String[] args) {
        if (args.length != 4) {
            System.err.println("usage: CompareModels FLOAT INT8 ROWS LABELS");
            System.exit(2);
        }
        CalibrationData rows = CalibrationData.ofPath(Path.of(args[2]));
        Evaluation evaluation =
                ModelEvaluator.builder()
                        .setModels(Path.of(args[0]), Path.of(args[1]))
                        .setData(rows)
                        .optLabels(Labels.read(Path.of(args[3]), rows))
                        .optGate(LIMITS)
                        .build()
                        .evaluate();
        System.out.println(evaluation);
        GateResult gate = evaluation.gate().orElseThrow();
        System.out.println(gate.passed() ? "accepted" : "refused: " + gate.failures());
    }
}
