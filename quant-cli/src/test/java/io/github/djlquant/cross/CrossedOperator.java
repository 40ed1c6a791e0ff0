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

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.onnx.proto.GraphProto;
import io.github.djlquant.onnx.proto.ModelProto;
import io.github.djlquant.onnx.proto.TensorProto;
import io.github.djlquant.onnx.proto.ValueInfoProto;
import io.github.djlquant.onnx.read.OnnxReader;
import io.github.djlquant.pytorch.PyTorchBackend;
import io.github.djlquant.testkit.operators.OperatorTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One operator test in both engines: the model in ONNX Runtime, what it crosses to in libtorch. */
final class CrossedOperator {

    private final OnnxBackend onnx = new OnnxBackend();
    private final PyTorchBackend torch = new PyTorchBackend();
    private final Path file;

    CrossedOperator(Path folder) {
        this.file = folder.resolve("operator.onnx");
    }

    /** How a test ended. */
    enum Outcome {
        /** The outputs are the same. */
        EQUAL,
        /** They are not. */
        DIFFERENT,
        /** The table says that it can't. */
        REFUSED,
        /** libtorch says that it can't. */
        NOT_RUN,
        /** ONNX Runtime does not run the original, or Java can't feed it. */
        NO_ORACLE
    }

    /**
     * An end and its reason.
     *
     * @param outcome the end
     * @param reason what was said, empty if all is well
     */
    record Result(Outcome outcome, String reason) {}

    /**
     * Runs a test.
     *
     * @param weights whether all inputs but the first are constants
     */
    Result run(OperatorTests.Case test, boolean weights) {
        Graph graph;
        Map<String, Tensor> feeds = new LinkedHashMap<>();
        Map<String, Tensor> expected;
        try {
            Graph whole = read(given(test, test.inputs().size()));
            graph = read(weights ? given(test, -1) : test.model());
            for (Value input : graph.inputs()) {
                Tensor feed = whole.constants().get(input.name());
                if (feed == null) {
                    return new Result(Outcome.NO_ORACLE, "an input that nothing is given for");
                }
                feeds.put(input.name(), feed);
            }
            try (GraphRunner runner = onnx.open(graph, new RunOptions(1, false))) {
                expected = runner.run(feeds);
            }
        } catch (QuantizationException | IOException | IllegalArgumentException e) {
            return new Result(Outcome.NO_ORACLE, String.valueOf(e.getMessage()));
        }
        Graph crossed;
        try {
            crossed = torch.adopt(graph);
        } catch (UnsupportedModelException e) {
            return new Result(Outcome.REFUSED, e.getMessage());
        }
        try (GraphRunner runner = torch.open(crossed, new RunOptions(1, false))) {
            String difference = Difference.of(expected, runner.run(feeds));
            return new Result(difference.isEmpty() ? Outcome.EQUAL : Outcome.DIFFERENT, difference);
        } catch (QuantizationException e) {
            return new Result(Outcome.NOT_RUN, e.getMessage());
        }
    }

    private Graph read(byte[] model) throws IOException {
        // A new file: what the last graph has mapped must not change under it.
        Files.deleteIfExists(file);
        Files.write(file, model);
        return OnnxReader.read(file);
    }

    /** A model with inputs as constants: so many from the front, or all but the first. */
    private static byte[] given(OperatorTests.Case test, int count)
            throws InvalidProtocolBufferException {
        ModelProto model = ModelProto.parseFrom(test.model());
        GraphProto.Builder graph = model.getGraph().toBuilder();
        List<ValueInfoProto> inputs = model.getGraph().getInputList();
        int next = 0;
        for (ValueInfoProto input : inputs) {
            boolean isDefault =
                    model.getGraph().getInitializerList().stream()
                            .anyMatch(tensor -> tensor.getName().equals(input.getName()));
            if (isDefault || next >= test.inputs().size()) {
                continue;
            }
            byte[] encoded = test.inputs().get(next);
            boolean chosen = count < 0 ? next > 0 : next < count;
            if (chosen && input.getType().hasTensorType()) {
                graph.addInitializer(
                        TensorProto.parseFrom(ByteString.copyFrom(encoded)).toBuilder()
                                .setName(input.getName()));
            }
            next++;
        }
        return model.toBuilder().setGraph(graph).build().toByteArray();
    }
}
