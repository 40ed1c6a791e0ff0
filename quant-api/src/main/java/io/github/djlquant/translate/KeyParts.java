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

import io.github.djlquant.Beside;
import io.github.djlquant.op.OpCatalogExtension;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.transform.BlockTransform;
import java.util.ArrayList;
import java.util.List;

/**
 * What a key says of recipes and of the code that jars contribute. It takes no model to know it,
 * but the first time in a process many classes, which another processor loads while DJL loads the
 * float model:
 *
 * <pre>
 *   caller   DJL asks whether types fit: begin | loads the float model | makes a translator: take
 *   another                                    | parts                 |
 * </pre>
 *
 * @param recipes texts of recipes
 * @param code names of transforms and rows on the class path, and what tells their code apart
 */
record KeyParts(List<String> recipes, List<String> code) {

    /** DJL asks for a translator on the thread that asked for types. */
    private static final ThreadLocal<Begun> BEGUN = new ThreadLocal<>();

    /**
     * Parts in the making.
     *
     * @param loader where jars are looked for
     * @param recipes whose texts are made
     * @param parts the result
     */
    private record Begun(ClassLoader loader, List<Recipe> recipes, Beside<KeyParts> parts) {}

    /**
     * Begins, in the place of what this thread began before.
     *
     * @param recipes what is known of them; none if the model's arguments tell
     */
    static void begin(List<Recipe> recipes) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        BEGUN.set(
                new Begun(
                        loader,
                        recipes,
                        Beside.start(() -> new KeyParts(texts(recipes), code(loader)))));
    }

    /** Forgets what this thread began and nobody took. */
    static void forget() {
        BEGUN.remove();
    }

    /**
     * Takes what this thread began, as far as it is of these recipes and jars; makes the rest.
     *
     * @throws io.github.djlquant.QuantizationException if a contributed class can't be loaded or
     *     read
     */
    static KeyParts take(List<Recipe> recipes) {
        Begun begun = BEGUN.get();
        BEGUN.remove();
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        if (begun == null || begun.loader() != loader) {
            return new KeyParts(texts(recipes), code(loader));
        }
        KeyParts parts = begun.parts().get();
        return begun.recipes() == recipes ? parts : new KeyParts(texts(recipes), parts.code());
    }

    private static List<String> texts(List<Recipe> recipes) {
        List<String> texts = new ArrayList<>();
        for (Recipe recipe : recipes) {
            texts.add(RecordText.of(recipe));
        }
        return texts;
    }

    private static List<String> code(ClassLoader loader) {
        ExtensionCode extensions = new ExtensionCode(new SourceDigests(QuantizationCache.folder()));
        List<String> code = new ArrayList<>();
        for (String transform : extensions.ofAll(BlockTransform.class, loader)) {
            code.add("transform");
            code.add(transform);
        }
        for (String rows : extensions.ofAll(OpCatalogExtension.class, loader)) {
            code.add("rows");
            code.add(rows);
        }
        return code;
    }
}
