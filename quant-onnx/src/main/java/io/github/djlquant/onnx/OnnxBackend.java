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

import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.CpuClass;
import io.github.djlquant.backend.Execution;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.InstrumentedGraph;
import io.github.djlquant.backend.InstrumentedRunner;
import io.github.djlquant.backend.Probe;
import io.github.djlquant.backend.ProbeRunner;
import io.github.djlquant.backend.Profile;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.cross.CrossFromAten;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.onnx.read.OnnxReader;
import io.github.djlquant.onnx.write.OnnxWriter;
import io.github.djlquant.onnx.write.WriteOptions;
import io.github.djlquant.op.OpCatalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** ONNX models on ONNX Runtime's CPU execution provider. */
public final class OnnxBackend implements Backend {

    /** The runtime that DJL itself ships: artifacts for {@code any} must run on it. */
    static final String LOWEST_RUNTIME = "1.21.1";

    private static final String EXTENSION = ".onnx";

    /** Creates the backend; the engine is loaded when it is first needed. */
    public OnnxBackend() {}

    @Override
    public String getEngineName() {
        return OrtRuntime.ENGINE_NAME;
    }

    @Override
    public String runtimeVersion() {
        return OrtRuntime.version();
    }

    @Override
    public boolean reads(Path file) {
        Path name = file.getFileName();
        return name != null && name.toString().toLowerCase(Locale.ROOT).endsWith(EXTENSION);
    }

    @Override
    public Graph read(Path file) {
        return OnnxReader.read(file);
    }

    @Override
    public List<Path> files(Path file) {
        return OnnxReader.files(file);
    }

    @Override
    public void requireFits(Graph graph, Target target, Path source) {
        if (target.runtimeVersion().equals(LOWEST_RUNTIME)) {
            LowestRuntime.requireReads(graph, target, source);
        }
    }

    @Override
    public void write(Graph graph, Target target, Path file) {
        if (!OnnxWriter.fitsInMemory(graph)) {
            throw new UnsupportedModelException(
                    Problem.of("the quantized model does not fit one file")
                            .in(file)
                            .expected("less than 2 GB, the limit of the format")
                            .next("Widen the recipe's scope so that more weights become int8"));
        }
        requireFits(graph, target, file);
        OnnxWriter.write(graph, file);
    }

    @Override
    public long mostWeightBytes() {
        return WriteOptions.DEFAULT.inlineLimit();
    }

    @Override
    public Graph adopt(Graph graph) {
        return graph.opsets().containsKey(OpType.ATEN) ? CrossFromAten.cross(graph) : graph;
    }

    @Override
    public String formatName() {
        return "ONNX";
    }

    @Override
    public String fileExtension() {
        return EXTENSION;
    }

    @Override
    public OpCatalog catalog() {
        return OnnxOpCatalog.catalog();
    }

    @Override
    public Target target(Target.Name name) {
        return switch (name) {
            case ANY -> new Target(name.text(), null, true, LOWEST_RUNTIME, OrtKernels.on(null));
            case HERE -> {
                CpuClass cpu = CpuClass.here();
                yield new Target(
                        name.text(), cpu, isPairSafe(cpu), runtimeVersion(), OrtKernels.on(cpu));
            }
            case X86_VNNI -> named(name, CpuClass.X86_VNNI);
            case X86_AVX2 -> named(name, CpuClass.X86_AVX2);
            case ARM64 -> named(name, CpuClass.ARM64);
        };
    }

    private static Target named(Target.Name name, CpuClass cpu) {
        return new Target(name.text(), cpu, isPairSafe(cpu), LOWEST_RUNTIME, OrtKernels.on(cpu));
    }

    /** Only the kernels of x86-64 without VNNI add pairs of products in 16 bits. */
    private static boolean isPairSafe(CpuClass cpu) {
        return cpu == CpuClass.X86_AVX2;
    }

    @Override
    public GraphRunner open(Graph graph, RunOptions options) {
        return OrtRunner.open(graph, options);
    }

    @Override
    public GraphRunner open(Path file, RunOptions options) {
        return OrtRunner.open(file, options);
    }

    @Override
    public ProbeRunner probe(Graph graph, List<Probe> probes, RunOptions options) {
        ProbedGraph probed = InsertProbes.into(graph, probes);
        return new InstrumentedRunner(probed, OrtRunner.open(probed.graph(), options));
    }

    /**
     * Two: the runtime's threads wait for each other at every operator, and many operators of small
     * networks are too small to be shared.
     */
    @Override
    public int batchesAtOnce(int threads) {
        return Math.min(2, threads > 0 ? threads : Runtime.getRuntime().availableProcessors());
    }

    @Override
    public InstrumentedGraph instrument(Graph graph, List<Probe> probes) {
        return InsertProbes.beside(graph, probes);
    }

    @Override
    public void rehearse(Graph graph) {
        OnnxWriter.toBytes(graph);
    }

    @Override
    public Execution explain(Path file) {
        try {
            return ReadBackExecution.of(file);
        } catch (IOException e) {
            throw new QuantizationException(
                    Problem.of("the runtime's optimized form can't be read back")
                            .in(file)
                            .actual(e),
                    e);
        }
    }

    @Override
    public Profile profile(Path file, Map<String, Tensor> feeds, RunOptions options, int calls) {
        try {
            return ReadBackExecution.timed(file, feeds, options, calls);
        } catch (IOException e) {
            throw new QuantizationException(
                    Problem.of("the runtime's profile can't be read").in(file).actual(e), e);
        }
    }
}
