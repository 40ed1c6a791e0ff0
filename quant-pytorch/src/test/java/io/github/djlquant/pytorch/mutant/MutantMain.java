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
package io.github.djlquant.pytorch.mutant;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.PyTorchBackend;
import io.github.djlquant.pytorch.archive.ArchiveMutations;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.mutant.MutantProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Mutants of a TorchScript archive. */
final class MutantMain extends MutantProgram {

    private final ArchiveMutations.Kind kind;
    private final Path original;

    private MutantMain(ArchiveMutations.Kind kind, Path original, Path folder) throws IOException {
        super(folder, ".pt", feeds(original));
        this.kind = kind;
        this.original = original;
    }

    private static Map<String, Tensor> feeds(Path original) {
        Graph graph = new PyTorchBackend().read(original);
        Tensor images = GraphBuilder.random(new Random(7), 4, 3, 12, 12);
        return Map.of(graph.inputs().get(0).name(), images);
    }

    public static void main(String[] args) throws IOException {
        ArchiveMutations.Kind kind = ArchiveMutations.Kind.valueOf(args[0]);
        new MutantMain(kind, Path.of(args[1]), Path.of(args[4]))
                .run(Integer.parseInt(args[2]), Integer.parseInt(args[3]));
    }

    @Override
    protected Optional<String> write(int seed, Path file) throws IOException {
        ArchiveMutations.damage(original, file, kind, seed);
        return Optional.of(kind + " " + seed);
    }
}
