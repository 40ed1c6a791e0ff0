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
package io.github.djlquant.cross;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.evaluate.SignatureInputs;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.pytorch.PyTorchBackend;
import io.github.djlquant.transform.EquivalenceCheck;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trained networks of several kinds answer in libtorch as they do in ONNX Runtime. */
class CrossedFixturesIT {

    private static final Path FOLDER =
            Path.of(
                    System.getProperty("quant.root", ".."),
                    "quant-onnx/src/test/resources/io/github/djlquant/onnx/fixtures");

    private final OnnxBackend onnx = new OnnxBackend();
    private final PyTorchBackend torch = new PyTorchBackend();

    /** Inverted residuals, halves, external weights, integers of training, LSTM in Ifs, boxes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "depthwise_cnn",
                "absurd_channel",
                "fp16_cnn",
                "external_cnn",
                "qat_cnn",
                "speech_gate",
                "box_detector",
                "text_decoder"
            })
    void crossesToTorchScript(String name) {
        Graph graph = onnx.read(FOLDER.resolve(name + ".onnx"));
        Graph crossed = torch.adopt(graph);
        assertThat(crossed.inputs()).isEqualTo(graph.inputs());
        assertThat(crossed.outputs())
                .extracting(Value::name)
                .isEqualTo(graph.outputs().stream().map(Value::name).toList());
        SignatureInputs inputs = new SignatureInputs(graph, onnx.catalog());
        List<Map<String, Tensor>> rows = List.of(inputs.row(0), inputs.row(1), inputs.row(2));
        RunOptions plain = new RunOptions(1, false);
        try (GraphRunner before = onnx.open(graph, plain);
                GraphRunner after = torch.open(crossed, plain)) {
            // The halves of fp16_cnn and a step of qat_cnn's integers are coarser than floats.
            double tolerance = name.matches("fp16_cnn|qat_cnn") ? 3e-2 : 1e-4;
            assertThat(
                            EquivalenceCheck.error(
                                    rows.stream().map(before::run).toList(),
                                    rows.stream().map(after::run).toList()))
                    .isLessThan(tolerance);
        }
    }
}
