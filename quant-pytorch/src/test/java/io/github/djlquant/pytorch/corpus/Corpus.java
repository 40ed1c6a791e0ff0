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
package io.github.djlquant.pytorch.corpus;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * TorchScript archives of many kinds, each with inputs and what PyTorch computed from them
 * (fixtures/torchscript/make_corpus.py).
 */
public final class Corpus {

    private Corpus() {}

    /** The names of all archives. */
    public static List<String> names() {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".pt"))
                    .map(file -> file.substring(0, file.length() - 3))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The archive of a name. */
    public static Path archive(String name) {
        return folder().resolve(name + ".pt");
    }

    /** What an archive gets. */
    public static NDList inputs(String name, NDManager manager) {
        return arrays(name, manager, "input.");
    }

    /** What PyTorch computed; named only where the result is a dictionary. */
    public static NDList expected(String name, NDManager manager) {
        return arrays(name, manager, "output.");
    }

    /** Loads an archive into DJL's engine and runs it on the inputs of a name. */
    public static NDList run(Path archive, String name, NDManager manager)
            throws IOException, MalformedModelException {
        try (Model model = Model.newInstance(name, "PyTorch")) {
            model.load(archive);
            NDList outputs =
                    model.getBlock()
                            .forward(
                                    new ParameterStore(manager, false),
                                    inputs(name, manager),
                                    false);
            outputs.attach(manager);
            return outputs;
        }
    }

    private static NDList arrays(String name, NDManager manager, String prefix) {
        try (InputStream npz = Files.newInputStream(folder().resolve(name + ".npz"))) {
            NDList chosen = new NDList();
            for (NDArray array : NDList.decode(manager, npz)) {
                String key = array.getName();
                if (key.startsWith(prefix)) {
                    String rest = key.substring(prefix.length());
                    array.setName(rest.matches("[0-9]+") ? null : rest);
                    chosen.add(array);
                }
            }
            return chosen;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path folder() {
        try {
            return Path.of(Corpus.class.getResource(".").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
