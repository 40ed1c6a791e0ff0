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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.onnx.proto.ModelProto;
import io.github.djlquant.onnx.proto.TensorProto;
import io.github.djlquant.onnx.proto.TrainingInfoProto;
import io.github.djlquant.onnx.read.Models;
import io.github.djlquant.testkit.GraphBlockContract;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.trace.GraphBlock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A graph as a DJL block in ONNX Runtime. */
class OnnxGraphBlockTest extends GraphBlockContract {

    @TempDir Path folder;

    @Override
    protected Backend backend() {
        return new OnnxBackend();
    }

    @Override
    protected Graph graph() {
        return GraphBuilder.onnx(17)
                .input("x", -1, 3, 8, 8)
                .random("w", 4, 3, 3, 3)
                .node("Conv", "c", "x", "w")
                .batchNorm("n", "c", 4)
                .node("Relu", "y", "n")
                .output("y")
                .build();
    }

    @Test
    void aTrainingPassNamesTheEngineThatCanDoIt() {
        try (GraphBlock block = GraphBlock.of(backend(), graph());
                NDManager manager = manager()) {
            NDList inputs = new NDList(manager.zeros(new Shape(1, 3, 8, 8)));

            assertThat(block.getDirectParameters().isEmpty()).isTrue();
            assertThatThrownBy(
                            () -> block.forward(new ParameterStore(manager, false), inputs, true))
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContaining("gradients")
                    .hasMessageContaining("PyTorch");
        }
    }

    @Test
    void theUsersFilesMayGo() throws Exception {
        ModelProto.Builder model = Models.scaled();
        model.getGraphBuilder()
                .getInitializerBuilder(0)
                .clearRawData()
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(Models.entry("location", "weights.bin"));
        Path weights =
                Files.write(
                        folder.resolve("weights.bin"),
                        Models.floats("w", 1, 2, 3, 4).getRawData().toByteArray());
        Path external = Models.write(model, folder.resolve("model.onnx"));
        Path whole = folder.resolve("whole.onnx");
        Graph graph = graph();
        float[] expected = graph.constants().get("w").toFloats();
        backend().write(graph, backend().target(Target.Name.HERE), whole);
        try (GraphBlock one = GraphBlock.open(whole);
                GraphBlock two = GraphBlock.open(external);
                NDManager manager = manager()) {
            Files.write(whole, new byte[(int) Files.size(whole)]);
            Files.write(weights, new byte[16]);
            Files.delete(external);

            assertThat(one.graph().constants().get("w").toFloats()).isEqualTo(expected);
            assertThat(two.graph().constants().get("w").toFloats()).containsExactly(1, 2, 3, 4);
            NDList ones = new NDList(manager.ones(new Shape(1, 4)));
            assertThat(
                            two.forward(new ParameterStore(manager, false), ones, false)
                                    .head()
                                    .toFloatArray())
                    .containsExactly(1, 2, 3, 4);
        }
    }

    /** ONNX Runtime opens it, and nobody could quantize it. */
    @Test
    void aFailedLoadLeavesNothingBehind() throws Exception {
        ModelProto.Builder training = Models.scaled();
        training.addTrainingInfo(TrainingInfoProto.getDefaultInstance());
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        DataOutputStream os = new DataOutputStream(saved);
        byte[] file = training.build().toByteArray();
        os.writeByte(1);
        os.writeUTF(backend().getEngineName());
        os.writeLong(file.length);
        os.write(file);
        try (GraphBlock block = GraphBlock.of(backend(), graph());
                NDManager manager = manager()) {
            Set<Path> before = temporary();
            assertThatThrownBy(
                            () ->
                                    block.loadParameters(
                                            manager,
                                            new DataInputStream(
                                                    new ByteArrayInputStream(saved.toByteArray()))))
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContaining("training");
            assertThat(temporary()).isEqualTo(before);
            assertThat(block.getOutputShapes(new Shape[] {new Shape(2, 3, 8, 8)}))
                    .as("it is what it was")
                    .isNotEmpty();
        }
    }

    private static Set<Path> temporary() throws IOException {
        String ours = "djl-quant-" + ProcessHandle.current().pid() + "-";
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(path -> path.getFileName().toString().startsWith(ours))
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void anInputOnAGpuIsRefused() {
        try (GraphBlock block = GraphBlock.of(backend(), graph());
                NDManager manager = manager()) {
            NDArray real = manager.zeros(new Shape(1, 3, 8, 8));
            NDArray onGpu =
                    (NDArray)
                            Proxy.newProxyInstance(
                                    NDArray.class.getClassLoader(),
                                    new Class<?>[] {NDArray.class},
                                    (proxy, called, arguments) ->
                                            called.getName().equals("getDevice")
                                                    ? Device.gpu()
                                                    : called.invoke(real, arguments));
            assertThatThrownBy(
                            () ->
                                    block.forward(
                                            new ParameterStore(manager, false),
                                            new NDList(onGpu),
                                            false))
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContainingAll("gpu(0)", "toDevice(Device.cpu(), false)");
        }
    }
}
