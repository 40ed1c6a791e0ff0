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
import java.nio.file.Path;

/**
 * Quantizes an ONNX file: {@code QuantizeOnnxFile net.onnx net-int8.onnx [rows.npz]}.
 *
 * <p>With data (typical inputs, as {@code numpy.savez} writes them, one array per model input) the
 * ranges of all inner values are measured on it; without, they are taken from each input at run
 * time.
 */
public final class QuantizeOnnxFile {

    private QuantizeOnnxFile() {}

    /**
     * Quantizes.
     *
     * @param args the float model, the file to write and, if there is any, the data
     */
    public static void main(String[] args) {
        if (args.length < 2 || args.length > 3) {
            System.err.println("usage: QuantizeOnnxFile SOURCE OUT [DATA]");
            System.exit(2);
        }
        Quantizer.Builder quantizer = Quantizer.builder();
        if (args.length == 3) {
            quantizer.optCalibration(CalibrationData.ofPath(Path.of(args[2])));
        }
        QuantizedModel model = quantizer.build().quantize(Path.of(args[0]), Path.of(args[1]));
        System.out.println(model);
        System.out.println("Decisions, one a line:");
        System.out.println(model.plan());
    }
}
