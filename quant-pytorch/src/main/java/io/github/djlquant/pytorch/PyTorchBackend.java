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

import ai.djl.nn.SymbolBlock;
import ai.djl.pytorch.engine.PtSymbolBlock;
import io.github.djlquant.Extensions;
import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.CpuClass;
import io.github.djlquant.backend.Execution;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.InnerValues;
import io.github.djlquant.backend.InstrumentedGraph;
import io.github.djlquant.backend.InstrumentedRunner;
import io.github.djlquant.backend.Probe;
import io.github.djlquant.backend.ProbeRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.pytorch.archive.ArchiveReader;
import io.github.djlquant.pytorch.archive.TorchArchive;
import io.github.djlquant.pytorch.cross.CrossOnnx;
import io.github.djlquant.pytorch.lower.KernelExtension;
import io.github.djlquant.pytorch.lower.LowerQuantized;
import io.github.djlquant.pytorch.op.AtenOpCatalog;
import io.github.djlquant.pytorch.op.LibtorchKernels;
import io.github.djlquant.pytorch.read.TorchScriptReader;
import io.github.djlquant.pytorch.write.TorchScriptWriter;
import io.github.djlquant.recipe.QuantizedEngine;
import io.github.djlquant.recipe.Recipe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** TorchScript models on libtorch's CPU kernels. */
public final class PyTorchBackend implements Backend {

    private static final String EXTENSION = ".pt";

    /** Creates the backend; the engine is loaded when it is first needed. */
    public PyTorchBackend() {}

    @Override
    public String getEngineName() {
        return Libtorch.ENGINE_NAME;
    }

    @Override
    public String runtimeVersion() {
        return Libtorch.version();
    }

    @Override
    public boolean reads(Path file) {
        return TorchFiles.isOne(file);
    }

    /** Models that are quantized already too; {@link #requireFits} refuses them as sources. */
    @Override
    public Graph read(Path file) {
        TorchArchive archive = ArchiveReader.read(file);
        Graph graph = TorchScriptReader.readPacked(archive, file.toString());
        String written = PtRunners.extra(archive).get(WrittenNames.KEY);
        return written == null
                ? graph
                : WrittenNames.parse(written, file.toString()).restore(graph);
    }

    @Override
    public List<String> leftBehind(Graph graph) {
        List<String> left = new ArrayList<>();
        Optional.ofNullable(graph.metadata().get(TorchScriptReader.DEFAULTS_KEY))
                .ifPresent(
                        names ->
                                left.add(
                                        "forward takes no other values than their defaults for: "
                                                + names));
        Optional.ofNullable(graph.metadata().get(TorchScriptReader.METHODS_KEY))
                .ifPresent(names -> left.add("only forward is there, not the methods " + names));
        return left;
    }

    @Override
    public InnerValues innerValues(Path file) {
        TorchArchive archive = ArchiveReader.read(file);
        String written = PtRunners.extra(archive).get(WrittenNames.KEY);
        Graph read = read(file);
        return written == null
                ? new InnerValues(read, Map.of())
                : LoweredValues.reveal(read, WrittenNames.parse(written, file.toString()));
    }

    @Override
    public List<Path> files(Path file) {
        return List.of(file);
    }

    /** Refuses what holds quantized kernels already; everything else fits libtorch. */
    @Override
    public void requireFits(Graph graph, Target target, Path source) {
        List<Node> quantized =
                graph.nodes().stream()
                        .filter(node -> node.op().dialect().equals("quantized"))
                        .toList();
        if (!quantized.isEmpty()) {
            throw new UnsupportedModelException(
                    Problem.of("this model is quantized already: its weights are packed integers")
                            .in(source)
                            .at("node " + quantized.get(0).name())
                            .actual(quantized.size() + " calls of quantized::*")
                            .next(
                                    "Start from the float model, or from one with fake quantization"
                                            + " before torch.ao converts it"));
        }
    }

    @Override
    public void write(Graph graph, Target target, Path file) {
        Graph lowered = LowerQuantized.lower(graph, target);
        TorchScriptWriter.write(
                lowered.edit()
                        .metadata(
                                WrittenNames.KEY,
                                WrittenNames.of(lowered, LoweredValues.of(graph)).print())
                        .build(),
                target,
                file);
    }

    @Override
    public Graph adopt(Graph graph) {
        return graph.opsets().isEmpty() || graph.opsets().containsKey(OpType.ATEN)
                ? graph
                : CrossOnnx.cross(graph);
    }

    @Override
    public List<Class<?>> extensions() {
        return List.copyOf(Extensions.classes(KernelExtension.class));
    }

    @Override
    public Optional<Graph> inside(SymbolBlock block) {
        return block instanceof PtSymbolBlock module
                ? Optional.of(ModuleGraph.of(module))
                : Optional.empty();
    }

    @Override
    public String formatName() {
        return "TorchScript";
    }

    @Override
    public String fileExtension() {
        return EXTENSION;
    }

    @Override
    public OpCatalog catalog() {
        return AtenOpCatalog.catalog();
    }

    @Override
    public Target target(Target.Name name) {
        return switch (name) {
            case ANY -> made(name, null, true, Libtorch.LOWEST_VERSION);
            case HERE -> {
                CpuClass cpu = CpuClass.here();
                yield made(name, cpu, isPairSafe(cpu), runtimeVersion());
            }
            case X86_VNNI -> named(name, CpuClass.X86_VNNI);
            case X86_AVX2 -> named(name, CpuClass.X86_AVX2);
            case ARM64 -> named(name, CpuClass.ARM64);
        };
    }

    private static Target named(Target.Name name, CpuClass cpu) {
        return made(name, cpu, isPairSafe(cpu), Libtorch.LOWEST_VERSION);
    }

    private static Target made(
            Target.Name name, CpuClass cpu, boolean pairSafe, String runtimeVersion) {
        // What libtorch takes by itself: builds for Arm have no FBGEMM.
        QuantizedEngine engine =
                cpu == CpuClass.ARM64 ? QuantizedEngine.QNNPACK : QuantizedEngine.X86;
        return new Target(
                name.text(), cpu, pairSafe, runtimeVersion, LibtorchKernels.kernels(engine));
    }

    /** Refuses a library that libtorch for the target does not have, as far as that is known. */
    @Override
    public Target target(Target.Name name, Recipe recipe) {
        Target target = target(name);
        if (recipe.quantizedEngine().isEmpty()) {
            return target;
        }
        QuantizedEngine engine = recipe.quantizedEngine().get();
        Set<QuantizedEngine> there =
                target.cpu() == CpuClass.ARM64
                        ? EnumSet.of(QuantizedEngine.QNNPACK, QuantizedEngine.ONEDNN)
                        : target.isHere()
                                ? EngineInProcess.supported()
                                : EnumSet.allOf(QuantizedEngine.class);
        requireEngine(engine, there, name, recipe);
        return target.withKernels(LibtorchKernels.kernels(engine));
    }

    static void requireEngine(
            QuantizedEngine engine, Set<QuantizedEngine> there, Target.Name name, Recipe recipe) {
        if (!there.contains(engine)) {
            throw new RecipeException(
                    Problem.of("libtorch for the target is built without this library of kernels")
                            .at("recipe " + recipe.name() + ", quantizedEngine")
                            .expected(
                                    there.stream()
                                            .map(QuantizedEngine::text)
                                            .collect(Collectors.joining(", ")))
                            .actual(engine.text() + " for the target " + name.text())
                            .next("Name another library or target, or leave quantizedEngine out"));
        }
    }

    /** fbgemm and oneDNN add pairs of products in 16 bits on x86-64 without VNNI. */
    private static boolean isPairSafe(CpuClass cpu) {
        return cpu == CpuClass.X86_AVX2;
    }

    @Override
    public GraphRunner open(Graph graph, RunOptions options) {
        return PtRunners.open(graph, options, target(Target.Name.HERE));
    }

    @Override
    public GraphRunner open(Path file, RunOptions options) {
        return PtRunners.open(file, options);
    }

    @Override
    public ProbeRunner probe(Graph graph, List<Probe> probes, RunOptions options) {
        ProbedGraph probed = InsertProbes.into(graph, probes);
        return new InstrumentedRunner(probed, open(probed.graph(), options));
    }

    /** Two: libtorch's threads wait for each other at every operator. */
    @Override
    public int batchesAtOnce(int threads) {
        return Math.min(2, threads > 0 ? threads : Runtime.getRuntime().availableProcessors());
    }

    /**
     * Those of OpenMP do, unless the environment says {@code OMP_WAIT_POLICY=PASSIVE}. Comparing
     * ResNet-50 with its artifact on two processors, beside two other busy programs: 33 to 78 s,
     * passively 17 to 18 s, each model in one thread 13 s, and both at once 13 s.
     */
    @Override
    public boolean threadsSpin() {
        return true;
    }

    @Override
    public InstrumentedGraph instrument(Graph graph, List<Probe> probes) {
        return InsertProbes.beside(graph, probes);
    }

    @Override
    public Execution explain(Path file) {
        TorchArchive archive = ArchiveReader.read(file);
        String written = PtRunners.extra(archive).get(WrittenNames.KEY);
        return ReadBackExecution.of(
                TorchScriptReader.readPacked(archive, file.toString()),
                Optional.ofNullable(written)
                        .map(text -> WrittenNames.parse(text, file.toString())));
    }
}
