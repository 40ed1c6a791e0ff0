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
package io.github.djlquant.onnx.mutant;

import io.github.djlquant.GateException;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.graph.GraphChecker;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.onnx.proto.ModelProto;
import io.github.djlquant.onnx.read.FieldMutations;
import io.github.djlquant.onnx.read.Mutations;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.mutant.MutantProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Mutants of an ONNX model, of its bytes or its fields, and models that were made to do harm. */
final class MutantMain extends MutantProgram {

    private final List<Map.Entry<String, byte[]>> hostile =
            List.copyOf(HostileModels.all().entrySet());
    private final Kind kind;
    private final byte[] original;

    private MutantMain(Kind kind, byte[] original, Path folder, Map<String, Tensor> feeds)
            throws IOException {
        super(folder, ".onnx", feeds);
        this.kind = kind;
        this.original = original;
    }

    /** What is done to a model. */
    enum Kind {
        BYTES,
        FIELDS,
        HOSTILE
    }

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[1]);
        boolean small = !Files.exists(file);
        byte[] bytes = small ? HostileModels.small().toByteArray() : Files.readAllBytes(file);
        Map<String, Tensor> feeds =
                small ? Map.of("x", random(4, 3, 8, 8)) : Map.of("input", random(4, 3, 32, 32));
        new MutantMain(Kind.valueOf(args[0]), bytes, Path.of(args[4]), feeds)
                .run(Integer.parseInt(args[2]), Integer.parseInt(args[3]));
    }

    private static Tensor random(long... sizes) {
        return GraphBuilder.random(new Random(7), sizes);
    }

    @Override
    protected Optional<String> write(int seed, Path file) throws IOException {
        String name = kind + " " + seed;
        byte[] mutant;
        switch (kind) {
            case BYTES -> mutant = Mutations.mutate(original, new Random(seed));
            case FIELDS ->
                    mutant =
                            FieldMutations.mutate(ModelProto.parseFrom(original), new Random(seed));
            default -> {
                if (seed >= hostile.size()) {
                    return Optional.empty();
                }
                mutant = hostile.get(seed).getValue();
                name += " (" + hostile.get(seed).getKey().replace('\0', '0') + ")";
            }
        }
        Files.write(file, mutant);
        return Optional.of(name);
    }

    @Override
    protected void check(Path artifact) {
        GraphChecker.check(new OnnxBackend().read(artifact), artifact.toString());
    }

    @Override
    protected boolean namesPlace(QuantizationException refusal) {
        return refusal.getMessage()
                        .matches("(?s).*(mutant|[Nn]ode|input|value|graph|constant|output) ?.*")
                || refusal instanceof GateException;
    }
}
