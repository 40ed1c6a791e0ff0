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
package io.github.djlquant.cli;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A DJL model saved by {@code Model.save}: a parameter file {@code NAME-EPOCH.params} beside an
 * optional {@code serving.properties}. The file holds numbers only; what they are the parameters of
 * says a block factory.
 */
final class SavedBlock implements AutoCloseable {

    private static final Pattern PARAMETERS = Pattern.compile("(.+)-(\\d{4,9})\\.params");

    private static final String FACTORY = "blockFactory";

    private final ZooModel<NDList, NDList> model;

    private SavedBlock(ZooModel<NDList, NDList> model) {
        this.model = model;
    }

    /**
     * Loads a model.
     *
     * @param source its folder, or its parameter file
     * @param factory the block factory's class, or null for that of {@code serving.properties}
     * @param arguments what the factory takes, over {@code serving.properties}
     * @throws UnsupportedModelException if it is no such model, or nobody tells its block
     */
    static SavedBlock load(Path source, String factory, Map<String, String> arguments) {
        Path parameters = Files.isDirectory(source) ? newest(source) : source;
        Matcher name = PARAMETERS.matcher(String.valueOf(parameters.getFileName()));
        if (!Files.isRegularFile(parameters) || !name.matches()) {
            throw new UnsupportedModelException(
                    Problem.of("this is no saved DJL model")
                            .in(source)
                            .expected("a folder with NAME-0000.params, or that file")
                            .next(
                                    "Save the block with Model.save, or export it from Java"
                                            + " (BlockExport); .onnx and .pt files are models"
                                            + " of an engine already"));
        }
        Path folder = parameters.toAbsolutePath().getParent();
        if (factory == null && declaredFactory(folder) == null) {
            throw new UnsupportedModelException(
                    Problem.of("parameters are numbers only, and nobody tells the block")
                            .in(parameters)
                            .expected(
                                    "blockFactory=CLASS in serving.properties beside it, or"
                                            + " --block-factory CLASS")
                            .next(
                                    "Write a BlockFactory (its jar may lie in the model's folder"
                                            + " libs), or export the block from Java"
                                            + " (BlockExport)"));
        }
        Criteria.Builder<NDList, NDList> criteria =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optEngine("PyTorch")
                        .optModelPath(folder)
                        .optModelName(name.group(1))
                        .optOption("epoch", String.valueOf(Integer.parseInt(name.group(2))))
                        .optTranslator(new NoopTranslator());
        arguments.forEach(criteria::optArgument);
        if (factory != null) {
            criteria.optArgument(FACTORY, factory);
        }
        try {
            return new SavedBlock(criteria.build().loadModel());
        } catch (IOException | ModelNotFoundException | MalformedModelException e) {
            throw new ModelFormatException(
                    Problem.of("DJL does not load this model").in(source).actual(e), e);
        } catch (IllegalArgumentException e) {
            throw new UnsupportedModelException(
                    Problem.of("DJL does not make the model's block")
                            .in(source)
                            .actual(e.getMessage())
                            .next(
                                    "Check the factory's name and arguments (--arg KEY=VALUE);"
                                            + " its jar belongs into the model's folder libs"),
                    e);
        }
    }

    private static Path newest(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found =
                    files.filter(f -> PARAMETERS.matcher(f.getFileName().toString()).matches())
                            .sorted()
                            .toList();
            return found.isEmpty() ? folder : found.get(found.size() - 1);
        } catch (IOException e) {
            throw new ModelFormatException(Problem.of("the folder can't be read").in(folder), e);
        }
    }

    private static String declaredFactory(Path folder) {
        Path file = folder.resolve("serving.properties");
        if (!Files.isRegularFile(file)) {
            return null;
        }
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            properties.load(in);
        } catch (IOException | IllegalArgumentException e) {
            throw new ModelFormatException(Problem.of("the file can't be read").in(file), e);
        }
        return properties.getProperty(FACTORY);
    }

    Block block() {
        return model.getBlock();
    }

    @Override
    public void close() {
        model.close();
    }
}
