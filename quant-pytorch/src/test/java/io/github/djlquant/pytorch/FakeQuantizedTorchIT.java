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

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.plan.ValueDecision;
import io.github.djlquant.plan.ValueDecision.Kind;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.write.TorchScriptWriter;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.scheme.TensorScheme;
import io.github.djlquant.testkit.AnswerComparison;
import io.github.djlquant.testkit.real.Cifar;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.TransformPipeline;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model with fake quantization inside, as training leaves it: what its archive computes on floats
 * its int8 form has to compute too, at the archive's own scales.
 */
class FakeQuantizedTorchIT {

    private static final int IMAGES = 1_000;

    /** No step that calibration would choose, so that a scale that was not kept shows. */
    private static final float STRETCH = 1.07f;

    @TempDir private Path folder;

    @Test
    void keepsTheScalesAndTheAnswersOfTheArchive() {
        PyTorchBackend backend = new PyTorchBackend();
        Target target = backend.target(Target.Name.HERE);
        Graph graph = backend.read(Cifar.orSkip().model(".pt"));
        Cifar cifar = Cifar.orSkip().named(graph.inputs().get(0).name());
        QuantPlan plan = quantize(cifar, cifar.model(".pt"), "plain.pt").plan();
        TransformContext context =
                new TransformContext(backend.catalog(), Recipe.staticInt8(), target);
        Graph fused = TransformPipeline.load().run(Phase.FUSE, graph, context);
        Path fake = folder.resolve("fake.pt");
        TorchScriptWriter.write(withFakeQuantization(fused, plan), target, fake);

        QuantizedModel made = quantize(cifar, fake, "int8.pt");

        assertThat(scales(made.plan())).containsAll(scales(stretched(plan)));
        assertThat(made.plan().quantizedMacShare()).isGreaterThan(0.95);
        assertAnswersAlike(cifar, fake, made.file());
    }

    private QuantizedModel quantize(Cifar cifar, Path model, String name) {
        return Quantizer.builder()
                .optTarget(Target.Name.HERE)
                .optLatency(false)
                .optThreads(1)
                .optCalibration(cifar.calibration(200))
                .build()
                .quantize(model, folder.resolve(name));
    }

    private static QuantPlan stretched(QuantPlan plan) {
        return new QuantPlan(
                plan.values().stream().map(FakeQuantizedTorchIT::stretched).toList(), plan.nodes());
    }

    private static ValueDecision stretched(ValueDecision value) {
        if (value.kind() != Kind.ACTIVATION || value.params() == null) {
            return value;
        }
        QuantParams params = value.params();
        return new ValueDecision(
                value.value(),
                value.kind(),
                new QuantParams(
                        new TensorScheme(
                                params.type(),
                                TensorScheme.Symmetry.ASYMMETRIC,
                                params.granularity()),
                        new float[] {params.scale(0) * STRETCH},
                        new int[] {params.zeroPoint(0)}),
                value.reason());
    }

    private static List<Float> scales(QuantPlan plan) {
        return plan.values().stream()
                .filter(value -> value.kind() == Kind.ACTIVATION && value.params() != null)
                .map(value -> value.params().scale(0))
                .toList();
    }

    /** Rounds what the plan rounds, by the operators that training in Python leaves. */
    private static Graph withFakeQuantization(Graph graph, QuantPlan plan) {
        GraphEditor editor = graph.edit();
        for (ValueDecision value : stretched(plan).values()) {
            String name = value.value();
            boolean known =
                    graph.constant(name).isPresent()
                            || graph.producer(name).isPresent()
                            || graph.isInput(name);
            if (value.params() == null || !known || value.kind() == Kind.BIAS) {
                continue;
            }
            String made = editor.freshName(name + "_fake");
            editor.replaceReads(name, made);
            Call call =
                    value.kind() == Kind.ACTIVATION
                            ? perTensor(name, value.params())
                            : perChannel(name, value.params(), editor);
            editor.put(call.node(editor.freshName(name + "/fake"), List.of(made)));
        }
        return editor.build();
    }

    private static Call perTensor(String value, QuantParams params) {
        return new Call(
                new OpType(OpType.ATEN, "fake_quantize_per_tensor_affine"),
                List.of(
                        Argument.of(value),
                        Argument.literal((double) params.scale(0)),
                        Argument.literal((long) params.zeroPoint(0)),
                        Argument.literal(0L),
                        Argument.literal(255L)));
    }

    private static Call perChannel(String value, QuantParams params, GraphEditor editor) {
        int axis = ((Granularity.PerChannel) params.granularity()).axis();
        return new Call(
                new OpType(OpType.ATEN, "fake_quantize_per_channel_affine"),
                List.of(
                        Argument.of(value),
                        Argument.of(
                                editor.newConstant(
                                        value + "_scales",
                                        Tensor.ofFloats(params.scales(), params.size()))),
                        Argument.of(
                                editor.newConstant(
                                        value + "_zero_points",
                                        Tensor.ofInts(
                                                DataType.INT32,
                                                new int[params.size()],
                                                params.size()))),
                        Argument.literal((long) axis),
                        Argument.literal(-128L),
                        Argument.literal(127L)));
    }

    /**
     * Beside rounding near ties and in biases nothing may differ. (Where biases made up for the
     * rounding of weights that the archive rounds itself, 31 dB were left.)
     */
    private static void assertAnswersAlike(Cifar cifar, Path floats, Path int8) {
        PyTorchBackend backend = new PyTorchBackend();
        try (GraphRunner source = backend.open(floats, RunOptions.DEFAULT);
                GraphRunner quantized = backend.open(int8, RunOptions.DEFAULT)) {
            AnswerComparison answers = cifar.compare(source, quantized, IMAGES);
            assertThat(answers.sqnr()).isGreaterThan(33);
            assertThat(answers.flips()).isLessThan(1);
        }
    }
}
