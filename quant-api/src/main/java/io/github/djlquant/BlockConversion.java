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
package io.github.djlquant;

import ai.djl.nn.Block;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.calibrate.LiveCalibration;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.recipe.Method;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.trace.BlockGraph;
import io.github.djlquant.trace.GraphBlock;
import io.github.djlquant.trace.TraceException;
import io.github.djlquant.trace.TraceInput;
import io.github.djlquant.trace.TraceProof;
import io.github.djlquant.trace.record.BlockName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The line from a DJL block to a block or a file. A float block goes down it as a file of its
 * engine's format, so that whatever holds for a user's file holds for it.
 */
final class BlockConversion {

    private static final Logger logger = LoggerFactory.getLogger(BlockConversion.class);

    /** Fewer rows are no statistics, whatever they are. */
    private static final int FEWEST_SAMPLES = 8;

    private final QuantizationSettings settings;
    private final QuantizationSettings observing;
    private final String engine;
    private final List<TraceInput> inputs;

    /**
     * Prepares.
     *
     * @param settings for a run with the builder's data
     * @param observing for prepared blocks
     * @param engine the DJL engine to use, or null
     * @param inputs what blocks take; none for what they were initialized with
     */
    BlockConversion(
            QuantizationSettings settings,
            QuantizationSettings observing,
            String engine,
            List<TraceInput> inputs) {
        this.settings = settings;
        this.observing = observing;
        this.engine = engine;
        this.inputs = List.copyOf(inputs);
    }

    /** A block's graph in the dialect of the engine that is to run it. */
    private record Source(String name, Backend backend, Graph graph) {}

    /** Later stages compare with the graph: only here is it compared with the block. */
    private static Source proved(Block block, Backend backend, Graph graph) {
        return new Source(
                BlockName.of(block),
                backend,
                TraceProof.require(block, backend.adopt(graph), backend));
    }

    private Graph graph(Block block) {
        return BlockGraph.of(block, inputs, settings.data().calibration());
    }

    /** In the block's own engine, where its arrays and gradients are, or else where it runs. */
    private Source source(Block block) {
        Graph graph = graph(block);
        String name = BlockName.of(block);
        if (engine != null) {
            return proved(block, Backends.forEngine(engine), graph);
        }
        String own = BlockGraph.engineOf(block);
        Optional<Backend> home =
                Backends.all().stream().filter(b -> b.getEngineName().equals(own)).findFirst();
        String why = "no module of that engine is on the class path";
        if (home.isPresent()) {
            try {
                return proved(block, home.get(), graph);
            } catch (TraceException e) {
                throw e;
            } catch (UnsupportedModelException e) {
                why = e.getMessage();
            }
        }
        Backend backend = BlockGraph.backend(block, graph);
        logger.warn("{} runs in {}, not in {}: {}", name, backend.getEngineName(), own, why);
        return proved(block, backend, graph);
    }

    private Source source(Block block, Backend backend) {
        return proved(block, backend, graph(block));
    }

    /** In the engine that takes the graph as it is: nobody trains what is quantized at once. */
    private Source sourceWhereItRuns(Block block) {
        if (engine != null) {
            return source(block);
        }
        Graph graph = graph(block);
        Backend backend = BlockGraph.backend(block, graph);
        return proved(block, backend, graph);
    }

    GraphBlock fuse(Block block) {
        Source source = source(block);
        return GraphBlock.of(source.backend(), conversion(settings, source).fuse(source.graph()));
    }

    PreparedBlock prepare(Block block) {
        requireStatic();
        Source source = source(block);
        GraphConversion conversion = conversion(observing, source);
        GraphConversion.Prepared prepared = conversion.prepare(source.graph());
        LiveCalibration observers =
                new LiveCalibration(prepared.observed(), conversion.requests(prepared));
        return PreparedBlock.of(observing, source.backend(), prepared, observers);
    }

    private void requireStatic() {
        Recipe recipe = observing.recipe();
        if (recipe.method() != Method.STATIC) {
            throw new RecipeException(
                    Problem.of("observers are for recipes that use what they see")
                            .at("recipe " + recipe.name())
                            .expected("a static recipe, such as Recipe.staticInt8()")
                            .next("Choose one with optRecipe, or quantize the block as it is"));
        }
    }

    private static GraphConversion conversion(QuantizationSettings settings, Source source) {
        Backend backend = source.backend();
        backend.runtimeVersion();
        return new GraphConversion(
                settings,
                backend,
                Path.of(source.name()),
                null,
                backend.target(settings.target(), settings.recipe()),
                new Verification(settings, Engines.only(backend), source.graph()),
                new StageClock(System::nanoTime));
    }

    VerifiedBlock convert(Block block) {
        if (!(block instanceof PreparedBlock prepared)) {
            throw new RecipeException(
                    Problem.of("only a prepared block knows what runs through it")
                            .at("block " + BlockName.of(block))
                            .expected("what Quantizer.prepare returned")
                            .next(
                                    "Call prepare first and run data through its result, or call"
                                            + " quantize with the data"));
        }
        CalibrationTable table = prepared.statistics();
        if (prepared.samples() < FEWEST_SAMPLES) {
            throw new CalibrationException(
                    Problem.of(
                                    prepared.samples() == 0
                                            ? "nothing was run through the prepared block"
                                            : "hardly anything was run through the prepared block")
                            .at("block " + BlockName.of(block))
                            .expected("at least " + FEWEST_SAMPLES + " rows; 100 to 500 are usual")
                            .actual(prepared.samples() + " rows")
                            .next(
                                    "Run representative inputs through the block that prepare"
                                            + " returned, then convert it"));
        }
        GraphConversion.Prepared ready = prepared.prepared();
        QuantizationSettings real =
                prepared.settings().withData(CalibrationData.ofFeeds(prepared.rows()), table);
        Source source = new Source(ready.observed().name(), prepared.backend(), ready.observed());
        return inMemory(real, source, (conversion, graph) -> conversion.finish(ready, table));
    }

    VerifiedBlock quantize(Block block) {
        return inMemory(settings, sourceWhereItRuns(block), GraphConversion::of);
    }

    private VerifiedBlock inMemory(
            QuantizationSettings chosen,
            Source source,
            BiFunction<GraphConversion, Graph, GraphConversion.Result> stages) {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path output = folder.path().resolve("quantized" + source.backend().fileExtension());
            return new VerifiedBlock(source.backend(), run(chosen, source, output, folder, stages));
        } catch (IOException e) {
            throw temporary(e);
        }
    }

    QuantizedModel quantize(Block block, Path output) {
        Source source = source(block, Backends.forOutput(output));
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            return run(settings, source, output, folder, GraphConversion::of);
        } catch (IOException e) {
            throw temporary(e);
        }
    }

    private static QuantizedModel run(
            QuantizationSettings settings,
            Source source,
            Path output,
            TemporaryFolder folder,
            BiFunction<GraphConversion, Graph, GraphConversion.Result> stages) {
        Backend backend = source.backend();
        Path file = folder.path().resolve(source.name() + backend.fileExtension());
        backend.runtimeVersion();
        backend.write(source.graph(), backend.target(settings.target()), file);
        if (settings.auto()) {
            return new AutoQuantizer(settings).quantize(file, output);
        }
        try (SourceFacts facts = SourceFacts.of(backend, file)) {
            return new QuantizationRun(settings, Engines.only(backend), file, output, facts, stages)
                    .call();
        }
    }

    private static QuantizationException temporary(IOException e) {
        return new QuantizationException(
                Problem.of("temporary files can't be written or deleted")
                        .actual(e)
                        .next("Make room in the folder of temporary files (java.io.tmpdir)"),
                e);
    }
}
