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

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.TextPreprocessing;
import java.nio.file.Path;

/**
 * Quantizes a language model with sentences as data: {@code QuantizeTextModel bert.onnx
 * bert-int8.onnx tokenizer.json dev.tsv [COLUMN]}.
 *
 * <p>The tokenizer is the model's own; each input gets what its name says. This needs {@code
 * ai.djl.huggingface:tokenizers} on the class path.
 */
public final class QuantizeTextModel {

    private static final int SAMPLES = 100;

    private QuantizeTextModel() {}

    /**
     * Quantizes.
     *
     * @param args the float model, the file to write, the tokenizer, the file of texts and, if it
     *     has several columns, the number or name of the one that holds the text
     */
    public static void main(String[] args) {
        if (args.length < 4 || args.length > 5) {
            System.err.println("usage: QuantizeTextModel SOURCE OUT TOKENIZER TEXTS [COLUMN]");
            System.exit(2);
        }
        TextPreprocessing text = TextPreprocessing.of(Path.of(args[2]));
        if (args.length == 5) {
            text = text.withColumns(args[4]);
        }
        QuantizedModel model =
                Quantizer.builder()
                        .optCalibration(CalibrationData.ofText(Path.of(args[3]), text))
                        .optSamples(SAMPLES)
                        .build()
                        .quantize(Path.of(args[0]), Path.of(args[1]));
        System.out.println(model);
    }
}
