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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.pytorch.jni.JniUtils;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.ModelFormatException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.pytorch.op.ResultForm;
import io.github.djlquant.testkit.LoudSkip;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What crosses between tensors and libtorch, and what happens when something does not. */
class PtRunnerTest {

    private static final RunOptions ONE_THREAD = new RunOptions(1, true);

    private static final String SUM =
            """
              def forward(self: __torch__.M,
                x: Tensor,
                y: Tensor) -> Tensor:
                return torch.add(x, y)
            """;

    private static final List<Value> TWO_ROWS =
            List.of(input("x", DataType.FLOAT, 2, 3), input("y", DataType.FLOAT, 2, 3));

    @TempDir private Path folder;

    @Test
    void tensorsOfEveryTypeCrossBothWays() throws IOException {
        String forward =
                """
                  def forward(self: __torch__.M,
                    x: Tensor) -> Tensor:
                    return torch.clone(x)
                """;
        try (PtRunner runner = open(forward, List.of(unknown("x")), "y")) {
            for (DataType type :
                    List.of(
                            DataType.FLOAT,
                            DataType.DOUBLE,
                            DataType.FLOAT16,
                            DataType.INT8,
                            DataType.UINT8,
                            DataType.INT32,
                            DataType.INT64,
                            DataType.BOOL)) {
                Tensor tensor = pattern(type, 2, 3);
                Tensor back = runner.run(Map.of("x", tensor)).get("y");

                assertThat(back.dataType()).isEqualTo(type);
                assertThat(back.shape()).isEqualTo(tensor.shape());
                assertThat(back.bytes()).isEqualTo(tensor.bytes());
            }
        }
    }

    @Test
    void scalarsAndEmptyTensorsCross() throws IOException {
        String forward =
                """
                  def forward(self: __torch__.M,
                    x: Tensor) -> Tensor:
                    return torch.mul(x, 2)
                """;
        try (PtRunner runner = open(forward, List.of(unknown("x")), "y")) {
            assertThat(runner.run(Map.of("x", Tensor.ofFloat(3))).get("y").toFloats())
                    .containsExactly(6);
            Tensor empty = runner.run(Map.of("x", Tensor.ofFloats(new float[0], 0, 4))).get("y");
            assertThat(empty.shape()).isEqualTo(Shape.of(0, 4));
        }
    }

    /** The bridge of DJL would end the process over such a type. */
    @Test
    void aTypeThatTheEngineLacksIsATypedError() throws IOException {
        try (PtRunner runner = open(SUM, List.of(unknown("x"), unknown("y")), "z")) {
            Tensor odd = pattern(DataType.BFLOAT16, 2, 3);
            assertThatThrownBy(() -> runner.run(Map.of("x", odd, "y", odd)))
                    .isInstanceOf(CalibrationException.class)
                    .hasMessageContaining("x")
                    .hasMessageContaining("bfloat16");
        }
    }

    @Test
    void anOutputOfATypeThatTheEngineLacksIsATypedError() throws IOException {
        String forward =
                """
                  def forward(self: __torch__.M,
                    x: Tensor) -> Tensor:
                    return torch.quantize_per_tensor(x, 0.5, 3, 13)
                """;
        try (PtRunner runner = open(forward, List.of(unknown("x")), "quantized")) {
            assertThatThrownBy(() -> runner.run(Map.of("x", Tensor.ofFloat(1))))
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContaining("quantized");
        }
    }

    /** A model may work in place; the tensors fed to it are constants all the same. */
    @Test
    void aModelThatWorksInPlaceChangesNoFeed() throws IOException {
        String forward =
                """
                  def forward(self: __torch__.M,
                    x: Tensor) -> Tensor:
                    return torch.add_(x, 1)
                """;
        Tensor tensor = Tensor.ofFloats(new float[] {1, 2}, 2);
        ByteBuffer direct = ByteBuffer.allocateDirect(8).put(tensor.bytes()).flip();
        Tensor inNativeMemory = new Tensor(DataType.FLOAT, Shape.of(2), TensorStorage.of(direct));
        try (PtRunner runner = open(forward, List.of(unknown("x")), "y")) {
            for (Tensor fed : List.of(tensor, inNativeMemory)) {
                assertThat(runner.run(Map.of("x", fed)).get("y").toFloats()).containsExactly(2, 3);
                assertThat(fed.toFloats()).containsExactly(1, 2);
            }
        }
    }

    @Test
    void resultsInListsAndTuplesComeInOrder() throws IOException {
        String forward =
                """
                  def forward(self: __torch__.M,
                    x: Tensor) -> Tuple[Tensor, Tuple[Tensor, Tensor], List[Tensor]]:
                    a = torch.mul(x, 2)
                    b = torch.mul(x, 3)
                    c = torch.mul(x, 5)
                    return (x, (a, b), [c, a])
                """;
        try (PtRunner runner = open(forward, List.of(unknown("x")), "p", "q", "r", "s", "t")) {
            Map<String, Tensor> results = runner.run(Map.of("x", Tensor.ofFloat(1)));

            assertThat(results.keySet()).containsExactly("p", "q", "r", "s", "t");
            assertThat(results.values().stream().map(t -> t.toFloats()[0]))
                    .containsExactly(1f, 2f, 3f, 5f, 2f);
        }
    }

    @Test
    void resultsInDictionariesComeInTheOrderOfTheForm() throws IOException {
        String forward =
                """
                  def forward(self: __torch__.M,
                    x: Tensor) -> Dict[str, Tensor]:
                    a = torch.mul(x, 2)
                    b = torch.mul(x, 3)
                    return {"z": a, "b": b, "m": x}
                """;
        ResultForm form = ResultForm.parse("{\"z\": $0, \"b\": $1, \"m\": $2}");
        try (PtRunner runner = open(forward, form, List.of(unknown("x")), "p", "q", "r")) {
            Map<String, Tensor> results = runner.run(Map.of("x", Tensor.ofFloat(1)));

            assertThat(results.keySet()).containsExactly("p", "q", "r");
            assertThat(results.values().stream().map(t -> t.toFloats()[0]))
                    .containsExactly(2f, 3f, 1f);
        }
    }

    @Test
    void literalsAmongTheResultsAreLeftOut() throws IOException {
        String forward =
                """
                  def forward(self: __torch__.M,
                    x: Tensor) -> Tuple[Tensor, Optional[Tensor], List[Tensor]]:
                    a = torch.mul(x, 2)
                    return (x, None, [a, x])
                """;
        ResultForm form = ResultForm.parse("($0, None, [$1, $0])");
        try (PtRunner runner = open(forward, form, List.of(unknown("x")), "p", "q")) {
            Map<String, Tensor> results = runner.run(Map.of("x", Tensor.ofFloat(1)));

            assertThat(results.get("p").toFloats()).containsExactly(1);
            assertThat(results.get("q").toFloats()).containsExactly(2);
        }
    }

    @Test
    void anotherNumberOfResultsIsATypedError() throws IOException {
        try (PtRunner runner = open(SUM, TWO_ROWS, "p", "q")) {
            assertThatThrownBy(() -> runner.run(feeds(2, 3)))
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContaining("p, q");
        }
    }

    @Test
    void wrongFeedsNameWhatIsExpectedAndWhatCame() throws IOException {
        try (PtRunner runner = open(SUM, TWO_ROWS, "z")) {
            assertThatThrownBy(() -> runner.run(feeds(2, 4)))
                    .isInstanceOf(CalibrationException.class)
                    .hasMessageContaining("[2,3]")
                    .hasMessageContaining("[2,4]");
            assertThat(runner.run(feeds(2, 3)).get("z").toFloats()).containsOnly(2);
        }
    }

    /** What only libtorch finds out is told with all inputs, the place in the code and no stack. */
    @Test
    void aRefusalInsideTheEngineNamesInputsAndPlace() throws IOException {
        List<Value> free = List.of(unknown("x"), unknown("y"));
        try (PtRunner runner = open(SUM, free, "z")) {
            Map<String, Tensor> unlike =
                    Map.of("x", pattern(DataType.FLOAT, 2, 3), "y", pattern(DataType.FLOAT, 5));
            assertThatThrownBy(() -> runner.run(unlike))
                    .isInstanceOf(CalibrationException.class)
                    .hasMessageContaining("must match the size of tensor b")
                    .hasMessageContaining("[2,3]")
                    .hasMessageContaining("[5]")
                    .hasMessageContaining("__torch__.py line")
                    .message()
                    .doesNotContain("Exception raised from", "frame #0");
        }
    }

    /** Traced on a GPU, its code moves what it computes there. */
    @Test
    void aModelThatAsksForAGpuIsToldFromBadData() throws IOException {
        String forward =
                """
                  def forward(self: __torch__.M,
                    x: Tensor) -> Tensor:
                    return torch.neg(torch.to(x, torch.device("cuda:0")))
                """;
        try (PtRunner runner = open(forward, List.of(unknown("x")), "y")) {
            Map<String, Tensor> feeds = Map.of("x", pattern(DataType.FLOAT, 2, 3));
            assertThatThrownBy(() -> runner.run(feeds))
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContainingAll("asks for a GPU", "__torch__.py line", "model.cpu()");
        }
    }

    @Test
    void aFileThatIsNoArchiveIsATypedError() throws IOException {
        Path file = folder.resolve("no.pt");
        Files.writeString(file, "this is no archive");

        assertThatThrownBy(() -> LoadedModule.load(file, file.toString()).close())
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("no.pt");
    }

    @Test
    void anOperatorThatTheEngineLacksIsATypedError() throws IOException {
        String forward =
                """
                  def forward(self: __torch__.M,
                    x: Tensor) -> Tensor:
                    return torch.no_such_operator(x)
                """;

        assertThatThrownBy(() -> open(forward, List.of(unknown("x")), "y"))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("no_such_operator");
    }

    /** Runners may differ in threads; each run sets its own and puts back what was there. */
    @Test
    void theNumberOfThreadsIsThatOfTheRun() throws IOException {
        LoadedModule.load(HandmadeArchive.write(folder.resolve("m.pt"), SUM), "m").close();
        int before = JniUtils.getNumThreads();
        try (LibtorchSettings three = LibtorchSettings.apply(new RunOptions(3, true), true)) {
            assertThat(JniUtils.getNumThreads()).isEqualTo(3);
            try (LibtorchSettings own = LibtorchSettings.apply(RunOptions.DEFAULT, false)) {
                assertThat(JniUtils.getNumThreads()).isEqualTo(before);
            }
            assertThat(JniUtils.getNumThreads()).isEqualTo(3);
        }
        assertThat(JniUtils.getNumThreads()).isEqualTo(before);
    }

    /**
     * 10,000 runs and 1,000 refusals leave nothing behind: kept feeds would be 5 GB. Half of that
     * is more than the heap of the tests may grow meanwhile.
     */
    @Test
    void runsLeaveNothingBehind() throws IOException {
        List<Value> free = List.of(unknown("x"), unknown("y"));
        Tensor row = Tensor.ofFloats(new float[1 << 16], 1, 1 << 16);
        Tensor wrong = Tensor.ofFloats(new float[1 << 10], 1, 1 << 10);
        String forward =
                """
                  def forward(self: __torch__.M,
                    x: Tensor,
                    y: Tensor) -> Tensor:
                    return torch.sum(torch.add(x, y), [1])
                """;
        try (PtRunner runner = open(forward, free, "z")) {
            for (int i = 0; i < 200; i++) {
                runner.run(Map.of("x", row, "y", row));
            }
            long before = residentBytes();
            int runs = 10_000;
            for (int i = 0; i < runs; i++) {
                runner.run(Map.of("x", row, "y", row));
                if (i % 10 == 0) {
                    assertThatThrownBy(() -> runner.run(Map.of("x", row, "y", wrong)))
                            .isInstanceOf(CalibrationException.class);
                }
            }
            assertThat(residentBytes() - before).isLessThan((long) runs * row.bytes().remaining());
        }
    }

    private PtRunner open(String forward, List<Value> inputs, String... outputs)
            throws IOException {
        return open(forward, null, inputs, outputs);
    }

    private PtRunner open(String forward, ResultForm form, List<Value> inputs, String... outputs)
            throws IOException {
        Path file = HandmadeArchive.write(folder.resolve("m.pt"), forward);
        return new PtRunner(
                LoadedModule.load(file, "m.pt"),
                "m.pt",
                new Signature(inputs, List.of(outputs), form),
                ONE_THREAD,
                false);
    }

    private static Map<String, Tensor> feeds(long... shape) {
        int count = Math.toIntExact(Shape.of(shape).elementCount());
        float[] ones = new float[count];
        java.util.Arrays.fill(ones, 1);
        Tensor tensor = Tensor.ofFloats(ones, shape);
        return Map.of("x", tensor, "y", tensor);
    }

    private static Value unknown(String name) {
        return new Value(name, ValueType.UNKNOWN);
    }

    private static Value input(String name, DataType type, long... shape) {
        return new Value(
                name,
                new ValueType.TensorType(
                        type,
                        new Shape(
                                java.util.Arrays.stream(shape)
                                        .<Dimension>mapToObj(Dimension.Fixed::new)
                                        .toList())));
    }

    /** Bytes that are legal in each type, and differ. */
    private static Tensor pattern(DataType type, long... shape) {
        long count = Shape.of(shape).elementCount();
        ByteBuffer bytes = ByteBuffer.allocate((int) type.byteSize(count));
        for (int i = 0; i < bytes.capacity(); i++) {
            bytes.put((byte) (type == DataType.BOOL ? i % 2 : i));
        }
        return new Tensor(type, Shape.of(shape), TensorStorage.of(bytes.flip()));
    }

    private static long residentBytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        LoudSkip.unless(Files.isReadable(status), "only Linux tells what a process occupies");
        String line =
                Files.readAllLines(status).stream()
                        .filter(l -> l.startsWith("VmRSS:"))
                        .findFirst()
                        .orElseThrow();
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
    }
}
