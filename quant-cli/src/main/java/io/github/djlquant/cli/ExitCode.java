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
package io.github.djlquant.cli;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.EvaluationException;
import io.github.djlquant.GateException;
import io.github.djlquant.ModelFormatException;
import io.github.djlquant.OutputException;
import io.github.djlquant.QuantizationCancelledException;
import io.github.djlquant.RecipeException;
import io.github.djlquant.UnsupportedModelException;

/** What the process ends with. Scripts rely on the numbers. */
enum ExitCode {
    OK(0),
    UNEXPECTED(1),
    USAGE(2),
    MODEL(3),
    DATA(4),
    GATE(5),
    /** What a shell reports after an interrupt: 128 plus the signal's number. */
    CANCELLED(130);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static ExitCode of(Exception failure) {
        if (failure instanceof RecipeException || failure instanceof OutputException) {
            return USAGE;
        } else if (failure instanceof ModelFormatException
                || failure instanceof UnsupportedModelException) {
            return MODEL;
        } else if (failure instanceof CalibrationException
                || failure instanceof EvaluationException) {
            return DATA;
        } else if (failure instanceof GateException) {
            return GATE;
        } else if (failure instanceof QuantizationCancelledException
                || failure instanceof InterruptedException) {
            return CANCELLED;
        }
        return UNEXPECTED;
    }
}
