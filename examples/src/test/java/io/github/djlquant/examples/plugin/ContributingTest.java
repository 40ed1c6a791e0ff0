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
package io.github.djlquant.examples.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import io.github.djlquant.Quantizer;
import io.github.djlquant.VerifiedBlock;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.plan.ValueDecision;
import io.github.djlquant.trace.GraphBlock;
import io.github.djlquant.transform.BlockTransform;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * CONTRIBUTING.md holds whole transforms and a test: they compile, do their work, and it passes.
 */
class ContributingTest {

    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private static final Pattern CLASS = Pattern.compile("class (\\w+)");

    @TempDir private Path folder;

    @Test
    void theTransformIsOneToCopy() throws Exception {
        String text =
                Files.readString(
                        Path.of(System.getProperty("quant.root", "..")).resolve("CONTRIBUTING.md"));
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "-proc:none",
                                "-d",
                                folder.toString(),
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path"))));
        List<String> tests = new ArrayList<>();
        Matcher code = CODE.matcher(text);
        while (code.find()) {
            Matcher named = CLASS.matcher(code.group(1));
            assertThat(named.find()).isTrue();
            Path file = folder.resolve(named.group(1) + ".java");
            arguments.add(Files.writeString(file, code.group(1)).toString());
            if (named.group(1).endsWith("Test")) {
                tests.add("com.example." + named.group(1));
            }
        }
        assertThat(tests).hasSize(1);

        assertThat(
                        ToolProvider.getSystemJavaCompiler()
                                .run(null, null, null, arguments.toArray(String[]::new)))
                .isZero();
        try (URLClassLoader loader =
                new URLClassLoader(
                        new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            Class<?> test = loader.loadClass(tests.get(0));
            List<Method> cases =
                    Stream.of(test.getDeclaredMethods())
                            .filter(m -> m.isAnnotationPresent(Test.class))
                            .toList();
            assertThat(cases).hasSize(2);
            for (Method each : cases) {
                Constructor<?> constructor = test.getDeclaredConstructor();
                constructor.setAccessible(true);
                each.setAccessible(true);
                each.invoke(constructor.newInstance());
            }
            assertAppliesAloneToABlock(transform(loader, "DropSecondRelu"));
            assertServesBothEngines(transform(loader, "FoldLayerScale"));
            assertDecidesARange(loader, "KeepClippedRange");
        }
    }

    private static BlockTransform transform(ClassLoader loader, String name) throws Exception {
        return (BlockTransform)
                loader.loadClass("com.example." + name).getDeclaredConstructor().newInstance();
    }

    private static void assertServesBothEngines(BlockTransform transform) {
        try (NDManager manager = NDManager.newBaseManager(null, "PyTorch")) {
            Block block =
                    new SequentialBlock()
                            .add(Linear.builder().setUnits(3).build())
                            .add(ContributingTest::scaled)
                            .add(ContributingTest::scaled);
            block.initialize(manager, DataType.FLOAT32, new Shape(2, 4));
            NDList input = new NDList(manager.randomNormal(new Shape(5, 4)));
            ParameterStore store = new ParameterStore(manager, false);
            float[] expected = block.forward(store, input, false).head().toFloatArray();
            for (String engine : List.of("OnnxRuntime", "PyTorch")) {
                try (GraphBlock traced = Quantizer.builder().optEngine(engine).build().fuse(block);
                        GraphBlock once = transform.transform(traced);
                        GraphBlock twice = transform.transform(once)) {
                    assertThat(traced.backend().getEngineName()).isEqualTo(engine);
                    assertThat(traced.graph().nodes()).hasSize(3);
                    assertThat(twice.graph().nodes()).as(engine).hasSize(1);
                    assertThat(twice.forward(store, input, false).head().toFloatArray())
                            .containsExactly(expected, within(1e-5f));
                }
            }
        }
    }

    private static NDList scaled(NDList x) {
        NDArray factors = x.head().getManager().create(new float[] {2, -1, 0.5f});
        return new NDList(x.head().mul(factors));
    }

    /** Found by ServiceLoader, as in a jar on the class path of an application. */
    private void assertDecidesARange(ClassLoader loader, String name) throws Exception {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(
                services.resolve(BlockTransform.class.getName()), "com.example." + name + "\n");
        ClassLoader usual = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(loader);
        try (NDManager manager = NDManager.newBaseManager(null, "PyTorch")) {
            Block block =
                    new SequentialBlock()
                            .add(Linear.builder().setUnits(64).build())
                            .add(list -> new NDList(list.head().clip(0, 4)))
                            .add(Linear.builder().setUnits(64).build());
            block.initialize(manager, DataType.FLOAT32, new Shape(2, 64));
            for (float largest : new float[] {6, 0.1f}) {
                NDArray rows = manager.randomUniform(-largest, largest, new Shape(64, 64));
                try (VerifiedBlock int8 =
                        Quantizer.builder()
                                .optEngine("OnnxRuntime")
                                .optCalibration(
                                        CalibrationData.ofBatches(List.of(new NDList(rows))))
                                .optIgnoreGate(true)
                                .optLatency(false)
                                .build()
                                .quantize(block)) {
                    QuantPlan plan = int8.model().plan();
                    List<Float> scales =
                            plan.values().stream()
                                    .filter(value -> value.value().contains("02"))
                                    .filter(ValueDecision::isQuantized)
                                    .map(value -> value.params().scale(0))
                                    .toList();
                    assertThat(scales.contains(4f / 255))
                            .as("%s, data to %s: %s", scales, largest, plan)
                            .isEqualTo(largest > 1);
                }
            }
        } finally {
            Thread.currentThread().setContextClassLoader(usual);
        }
    }

    private static void assertAppliesAloneToABlock(BlockTransform transform) {
        try (NDManager manager = NDManager.newBaseManager(null, "PyTorch")) {
            Block block =
                    new SequentialBlock()
                            .add(Activation::relu)
                            .add(Activation::relu)
                            .add(Activation::tanh);
            block.initialize(manager, DataType.FLOAT32, new Shape(2, 4));
            try (GraphBlock rewritten = transform.transform(block)) {
                assertThat(rewritten.graph().nodes())
                        .extracting(node -> node.op().name())
                        .containsExactly("Relu", "Tanh");
                assertThat(block.getChildren()).as("the source stays as it is").hasSize(3);
                NDArray input = manager.create(new float[] {-2, 1, -0.5f, 0}, new Shape(1, 4));
                NDList answer =
                        rewritten.forward(
                                new ParameterStore(manager, false), new NDList(input), false);
                assertThat(answer.head().toFloatArray())
                        .containsExactly(new float[] {0, 0.76159f, 0, 0}, within(1e-5f));
            }
        }
    }
}
