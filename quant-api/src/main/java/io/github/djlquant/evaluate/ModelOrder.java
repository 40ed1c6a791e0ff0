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
package io.github.djlquant.evaluate;

import io.github.djlquant.FileDigest;
import io.github.djlquant.Problem;
import io.github.djlquant.Provenance;
import io.github.djlquant.RecipeException;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.recipe.Method;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Tells whether two models were given in the right order: the source first. */
public final class ModelOrder {

    private ModelOrder() {}

    /**
     * Looks at where both come from.
     *
     * @param source the model to compare with
     * @param first its graph
     * @param quantized the model to judge
     * @param second its graph
     * @return what to think of, if they may be in the wrong order
     * @throws RecipeException if the first one was made from the second
     */
    public static Optional<String> remark(Path source, Graph first, Path quantized, Graph second) {
        if (isSame(source, quantized)) {
            return Optional.of(
                    "both models are the same file, "
                            + source.getFileName()
                            + ": this compares the model with itself");
        }
        Optional<Provenance> made = Provenance.in(first.metadata(), source.toString());
        if (made.isEmpty() || Provenance.in(second.metadata(), quantized.toString()).isPresent()) {
            return Optional.empty();
        }
        String digest = FileDigest.sha256(Backends.forFile(quantized).files(quantized));
        if (digest.equals(made.get().sourceSha256())) {
            throw new RecipeException(
                    Problem.of("the models are in the wrong order")
                            .in(source)
                            .expected("the float model first, then what was made from it")
                            .actual("a model that was made from " + quantized)
                            .next("Swap them"));
        }
        return made.filter(artifact -> artifact.recipe().method() != Method.FLOAT)
                .map(
                        artifact ->
                                source.getFileName()
                                        + " was quantized and "
                                        + quantized.getFileName()
                                        + " was not, as far as they tell: the model to compare with"
                                        + " comes first");
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException e) {
            // Whoever reads them says what is wrong.
            return false;
        }
    }
}
