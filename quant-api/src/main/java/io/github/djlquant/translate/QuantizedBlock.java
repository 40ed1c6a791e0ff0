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
package io.github.djlquant.translate;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.SymbolBlock;
import ai.djl.translate.Translator;
import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.Provenance;
import io.github.djlquant.RecipeException;
import io.github.djlquant.TemporaryFolder;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.monitor.DriftBaseline;
import io.github.djlquant.monitor.DriftMonitor;
import io.github.djlquant.monitor.MonitoredBlock;
import io.github.djlquant.monitor.TappedModel;
import io.github.djlquant.trace.GraphBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the quantized form of a loaded float model in the same engine, through the cache. */
final class QuantizedBlock {

    /**
     * The property of the model that names the quantized file, so that an application can see that
     * it runs in int8.
     */
    static final String ARTIFACT_PROPERTY = "djl-quant.artifact";

    /** The property that names the recipe. */
    static final String RECIPE_PROPERTY = "djl-quant.recipe";

    /** The property that names the engine that runs the quantized file. */
    static final String ENGINE_PROPERTY = "djl-quant.engine";

    /** The property that tells why the recipe was chosen, if there was a choice. */
    static final String DECISION_PROPERTY = "djl-quant.decision";

    private static final Logger LOGGER = LoggerFactory.getLogger(QuantizedBlock.class);

    private QuantizedBlock() {}

    /** Replaces the model's block by the quantized one and frees the float one. */
    static void install(
            Model model,
            Translator<?, ?> translator,
            QuantizationOptions options,
            DriftMonitor.Builder drift) {
        swap(model, open(model, translator, options, drift)).run();
    }

    /**
     * Puts the quantized block in the float one's place.
     *
     * @return what frees the float one
     */
    static Runnable swap(Model model, Model quantized) {
        Block floats = model.getBlock();
        String name = model.getName();
        model.setBlock(quantized.getBlock());
        return () -> {
            if (floats instanceof AutoCloseable closeable) {
                close(closeable, name);
            } else {
                floats.clear();
            }
        };
    }

    /**
     * Returns the quantized model; it is closed together with the float one.
     *
     * @param drift the settings of its monitor, or null for none
     */
    static Model open(
            Model model,
            Translator<?, ?> translator,
            QuantizationOptions asked,
            DriftMonitor.Builder drift) {
        requireOpen(model);
        requireCpu(model);
        Backend backend = backendFor(model, asked.block().engine());
        QuantizationOptions options =
                asked.withEngineDefaults(
                        ServingProperties.in(model.getModelPath()).engineOptions());
        Supplier<CalibrationData> data =
                () -> TranslatorInputs.resolve(options.data().data(), model, translator);
        try (CacheSource source =
                isFile(model)
                        ? ModelFile.of(model, backend)
                        : new TracedBlock(model, backend, options.block().inputs(), data.get())) {
            return QuantizationCache.open(
                    source,
                    backend,
                    options,
                    data,
                    artifact -> {
                        Model quantized =
                                watched(model, backend, options, artifact.file(), drift, data);
                        tell(model, artifact);
                        return quantized;
                    });
        }
    }

    /** A copy that yields inner values is read when it is opened, and needed no longer. */
    private static Model watched(
            Model model,
            Backend backend,
            QuantizationOptions options,
            Path artifact,
            DriftMonitor.Builder drift,
            Supplier<CalibrationData> data) {
        if (drift == null || drift.taps().isEmpty()) {
            return load(model, backend, options, artifact, drift);
        }
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path copy = folder.path().resolve(artifact.getFileName());
            Predicate<String> chosen = drift.taps().get();
            CalibrationData rows = data.get();
            if (rows == null) {
                TappedModel.write(artifact, copy, chosen);
            } else {
                TappedModel.write(artifact, copy, chosen, rows);
            }
            return load(model, backend, options, copy, drift);
        } catch (IOException e) {
            throw new ModelFormatException(
                    Problem.of("a copy that yields inner values can't be written")
                            .in(artifact)
                            .actual(e.getMessage()),
                    e);
        }
    }

    private static Model load(
            Model model,
            Backend backend,
            QuantizationOptions options,
            Path file,
            DriftMonitor.Builder drift) {
        Model quantized = Model.newInstance(model.getName(), Device.cpu(), backend.getEngineName());
        boolean done = false;
        try {
            quantized.load(
                    file, null, options.engineOptions().isEmpty() ? null : options.engineOptions());
            if (drift != null) {
                MonitoredBlock.attach(quantized, drift.build(DriftBaseline.of(file)));
            }
            model.getNDManager().attachInternal(NDManager.nextUid(), quantized);
            done = true;
            return quantized;
        } catch (IOException | MalformedModelException e) {
            throw new ModelFormatException(
                    Problem.of("the engine can't open the quantized model")
                            .in(file)
                            .actual(e.getMessage()),
                    e);
        } catch (IllegalArgumentException | ClassCastException | EngineException e) {
            if (options.engineOptions().isEmpty()) {
                throw new ModelFormatException(
                        Problem.of("the engine can't open the quantized model")
                                .in(file)
                                .actual(e.getMessage()),
                        e);
            }
            throw new RecipeException(
                    Problem.of("the engine refuses the options of the quantized model's session")
                            .in(file)
                            .expected("options of " + backend.getEngineName())
                            .actual(options.engineOptions() + ": " + e.getMessage()),
                    e);
        } finally {
            if (!done) {
                quantized.close();
            }
        }
    }

    /** Tells whether this project made what the model runs, in this program or as its file. */
    static boolean isQuantized(Model model) {
        if (model.getProperty(ARTIFACT_PROPERTY) != null) {
            return true;
        }
        if (model.getBlock() instanceof GraphBlock block) {
            return Provenance.in(block.graph().metadata(), model.getName()).isPresent();
        }
        if (!isFile(model)) {
            return false;
        }
        ModelFile source = ModelFile.of(model, backendFor(model, null));
        return Provenance.in(source.graph().metadata(), source.file().toString()).isPresent();
    }

    /** Tells whether DJL loaded the model from a file of the engine's own format. */
    private static boolean isFile(Model model) {
        return model.getBlock() instanceof SymbolBlock && !(model.getBlock() instanceof GraphBlock);
    }

    private static void tell(Model model, QuantizationCache.Artifact artifact) {
        CacheRecord entry = artifact.entry();
        model.setProperty(ARTIFACT_PROPERTY, artifact.file().toString());
        model.setProperty(RECIPE_PROPERTY, entry.recipe());
        model.setProperty(ENGINE_PROPERTY, entry.engine());
        if (entry.decision() != null) {
            model.setProperty(DECISION_PROPERTY, entry.decision());
        }
        LOGGER.info(
                "{} runs as {} in {}: {}",
                model.getName(),
                entry.recipe(),
                entry.engine(),
                artifact.file());
    }

    private static Backend backendFor(Model model, String blockEngine) {
        return QuantizedEngine.of(
                isFile(model),
                model.getModelPath(),
                model.getNDManager().getEngine().getEngineName(),
                blockEngine);
    }

    private static void requireOpen(Model model) {
        if (!model.getNDManager().isOpen()) {
            throw new UnsupportedModelException(
                    Problem.of("the model is closed")
                            .at(model.getName())
                            .next("Quantize it before it is closed, or load it again"));
        }
    }

    /** Integer kernels are those of CPUs, and a copy on a CPU would not be what was asked for. */
    private static void requireCpu(Model model) {
        Device device = model.getNDManager().getDevice();
        if (device.isGpu()) {
            throw new UnsupportedModelException(
                    Problem.of("quantized models run on the CPU")
                            .at(model.getName())
                            .expected(Device.cpu())
                            .actual(device)
                            .next("Add optDevice(Device.cpu()) to the criteria"));
        }
    }

    private static void close(AutoCloseable block, String model) {
        try {
            block.close();
        } catch (Exception e) {
            throw new ModelFormatException(
                    Problem.of("the float model can't be closed").at(model).actual(e.getMessage()),
                    e);
        }
    }
}
