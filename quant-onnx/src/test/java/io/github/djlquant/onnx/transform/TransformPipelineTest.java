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
package io.github.djlquant.onnx.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import io.github.djlquant.testkit.reference.ReferenceRunner;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.BrokenTransformException;
import io.github.djlquant.transform.EquivalenceCheck;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.TransformPipeline;
import io.github.djlquant.transform.fuse.FoldBatchNorm;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class TransformPipelineTest {

    private static final Graph GRAPH =
            GraphBuilder.onnx(17)
                    .input("x", 2, 3, 6, 6)
                    .random("w", 4, 3, 3, 3)
                    .node("Conv", "c", "x", "w")
                    .batchNorm("n", "c", 4)
                    .node("Relu", "r", "n")
                    .random("v", 2, 4, 1, 1)
                    .node("Conv", "y", "r", "v")
                    .output("y")
                    .build();

    private static final TransformContext CONTEXT =
            new TransformContext(OnnxOpCatalog.catalog(), Recipe.staticInt8(), MiniatureLine.ANY);

    private record Rewrite(
            String name, int order, boolean isFloatEquivalent, UnaryOperator<Graph> rewrite)
            implements BlockTransform {

        @Override
        public Phase phase() {
            return Phase.FUSE;
        }

        @Override
        public boolean requires(TransformContext context) {
            return true;
        }

        @Override
        public Graph apply(Graph graph, TransformContext context) {
            return rewrite.apply(graph);
        }
    }

    /** An engine that only opens graphs, with the naive kernels. */
    private static Backend backend(Function<Graph, GraphRunner> opening) {
        return (Backend)
                Proxy.newProxyInstance(
                        Backend.class.getClassLoader(),
                        new Class<?>[] {Backend.class},
                        (proxy, method, arguments) -> opening.apply((Graph) arguments[0]));
    }

    private static EquivalenceCheck check() {
        return check(backend(TransformPipelineTest::open));
    }

    private static EquivalenceCheck check(Backend backend) {
        return new EquivalenceCheck(
                backend,
                () -> List.of(TransformAssert.feeds(GRAPH, 1), TransformAssert.feeds(GRAPH, 2)),
                EquivalenceCheck.DEFAULT_TOLERANCE);
    }

    private static GraphRunner open(Graph graph) {
        graph.nodes().stream()
                .filter(node -> node.op().dialect().equals("com.example"))
                .findFirst()
                .ifPresent(
                        node -> {
                            throw new UnsupportedModelException(
                                    Problem.of("no kernel for " + node.op()));
                        });
        return new ReferenceRunner(graph);
    }

    private static Rewrite harmless(int order) {
        return new Rewrite("Harmless" + order, order, true, g -> g.edit().build());
    }

    /** Forgets the clamp: the kind of mistake that a fusion makes. */
    private static Graph dropRelu(Graph graph) {
        Node maker = graph.producer(graph.node("r").orElseThrow().input(0)).orElseThrow();
        return graph.edit().remove("r").put(maker.withOutputs(List.of("r"))).build();
    }

    @Test
    void ordersByPhaseAndOrder() {
        List<String> names =
                TransformPipeline.load().transforms().stream().map(BlockTransform::name).toList();
        assertThat(names)
                .containsSubsequence("FoldBatchNorm", "CorrectBias", "FuseActivation", "InsertQdq");
    }

    @Test
    void letsHonestTransformsPass() {
        Graph result =
                TransformPipeline.of(List.of(new FoldBatchNorm(), harmless(1)))
                        .withCheck(check())
                        .run(Phase.FUSE, GRAPH, CONTEXT);
        assertThat(result.node("n")).isEmpty();
    }

    @Test
    void findsTheWrongTransformAmongOthers() {
        for (int guilty = 0; guilty < 5; guilty++) {
            int place = guilty;
            List<BlockTransform> transforms =
                    new java.util.ArrayList<>(
                            List.of(
                                    harmless(0),
                                    harmless(10),
                                    harmless(20),
                                    harmless(30),
                                    harmless(40)));
            transforms.add(new FoldBatchNorm());
            transforms.add(
                    new Rewrite("Wrong", 10 * place + 5, true, TransformPipelineTest::dropRelu));
            TransformPipeline pipeline = TransformPipeline.of(transforms).withCheck(check());
            assertThatThrownBy(() -> pipeline.run(Phase.FUSE, GRAPH, CONTEXT))
                    .isInstanceOfSatisfying(
                            BrokenTransformException.class,
                            e -> {
                                assertThat(e.transform()).isEqualTo("Wrong");
                                assertThat(e.error()).isGreaterThan(0.01);
                                assertThat(e).hasMessageContaining("Wrong");
                            });
        }
    }

    /** Legal, as far as a graph tells, but the engine has no such operator. */
    private static Graph unknownOperator(Graph graph) {
        Node relu = graph.node("r").orElseThrow();
        return graph.edit().put(relu.withOp(new OpType("com.example", "Rely"))).build();
    }

    @Test
    void findsTheTransformWhoseGraphTheEngineRefuses() {
        for (int guilty = 0; guilty < 3; guilty++) {
            int place = 10 * guilty + 5;
            TransformPipeline pipeline =
                    TransformPipeline.of(
                                    List.of(
                                            harmless(0),
                                            harmless(10),
                                            harmless(20),
                                            new FoldBatchNorm(),
                                            new Rewrite(
                                                    "Unrunnable",
                                                    place,
                                                    true,
                                                    TransformPipelineTest::unknownOperator)))
                            .withCheck(check());
            assertThatThrownBy(() -> pipeline.run(Phase.FUSE, GRAPH, CONTEXT))
                    .isInstanceOfSatisfying(
                            BrokenTransformException.class,
                            e -> assertThat(e.transform()).isEqualTo("Unrunnable"))
                    .hasMessageContaining("Rely");
        }
    }

    /** Each run adds another number, as one that draws random numbers does. */
    @Test
    void blamesNoTransformForAModelThatAnswersOtherwiseEachTime() {
        AtomicInteger runs = new AtomicInteger();
        Backend restless =
                backend(
                        graph -> {
                            Tensor noise = Tensor.ofFloat(runs.incrementAndGet());
                            GraphEditor editor = graph.edit();
                            Node last = graph.producer("y").orElseThrow();
                            String plain = editor.freshName("plain");
                            editor.put(last.withOutputs(List.of(plain)));
                            editor.make(
                                    OpType.onnx("Add"),
                                    List.of(plain, editor.newConstant("noise", noise)),
                                    Map.of(),
                                    "y");
                            return new ReferenceRunner(editor.build());
                        });
        TransformPipeline pipeline =
                TransformPipeline.of(List.of(new FoldBatchNorm())).withCheck(check(restless));
        assertThatThrownBy(() -> pipeline.run(Phase.FUSE, GRAPH, CONTEXT))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("each time");
    }

    @Test
    void namesTheTransformThatThrows() {
        BlockTransform thrower =
                new Rewrite(
                        "Thrower",
                        0,
                        true,
                        graph -> {
                            throw new IllegalStateException("what it says");
                        });
        assertThatThrownBy(
                        () ->
                                TransformPipeline.of(List.of(thrower))
                                        .run(Phase.FUSE, GRAPH, CONTEXT))
                .isInstanceOfSatisfying(
                        BrokenTransformException.class,
                        e -> assertThat(e.transform()).isEqualTo("Thrower"))
                .hasMessageContaining("what it says");
        BlockTransform refusing =
                new Rewrite(
                        "Refusing",
                        0,
                        true,
                        graph -> {
                            throw new UnsupportedModelException(Problem.of("no such model"));
                        });
        assertThatThrownBy(
                        () ->
                                TransformPipeline.of(List.of(refusing))
                                        .run(Phase.FUSE, GRAPH, CONTEXT))
                .as("what is wrong with the model")
                .isInstanceOf(UnsupportedModelException.class);
    }

    @Test
    void namesTheFirstValueThatDiffers() {
        Graph typed =
                GRAPH.edit()
                        .type("r", GRAPH.type("y"))
                        .type("n", GRAPH.type("y"))
                        .type("c", GRAPH.type("y"))
                        .build();
        TransformPipeline pipeline =
                TransformPipeline.of(
                                List.of(
                                        new Rewrite(
                                                "Wrong", 0, true, TransformPipelineTest::dropRelu)))
                        .withCheck(check());
        assertThatThrownBy(() -> pipeline.run(Phase.FUSE, typed, CONTEXT))
                .isInstanceOfSatisfying(
                        BrokenTransformException.class, e -> assertThat(e.value()).hasValue("r"));
    }

    @Test
    void believesThoseThatSayTheyChangeResults() {
        Graph result =
                TransformPipeline.of(
                                List.of(
                                        harmless(0),
                                        new Rewrite(
                                                "Lossy", 5, false, TransformPipelineTest::dropRelu),
                                        harmless(10)))
                        .withCheck(check())
                        .run(Phase.FUSE, GRAPH, CONTEXT);
        assertThat(result.node("r")).isEmpty();
    }

    @Test
    void refusesIllegalGraphs() {
        TransformPipeline pipeline =
                TransformPipeline.of(
                        List.of(
                                new Rewrite(
                                        "Careless", 0, false, g -> g.edit().remove("c").build())));
        assertThatThrownBy(() -> pipeline.run(Phase.FUSE, GRAPH, CONTEXT))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("after Careless");
    }
}
