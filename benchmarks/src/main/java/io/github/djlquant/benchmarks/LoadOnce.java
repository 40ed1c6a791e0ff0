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
package io.github.djlquant.benchmarks;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import com.google.gson.JsonObject;
import io.github.djlquant.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Loads one model in a fresh process, whose engine is there already, and prints the milliseconds as
 * JSON: classes are loaded and compiled meanwhile, as in a program that starts.
 */
public final class LoadOnce {

    private LoadOnce() {}

    /** What is done. */
    enum What {
        /** Writes the float model and fills the cache. */
        PREPARE,

        /** Loads the float model in stock DJL. */
        FLOAT,

        /** Loads the bare artifact in stock DJL. */
        INT8,

        /** Loads both, one after the other. */
        BOTH,

        /** Loads through the option. */
        CACHED
    }

    /**
     * Does one thing.
     *
     * @param args the kind of model, what to do, with which file or folder, and with which artifact
     *     besides
     * @throws Exception if it fails
     */
    public static void main(String[] args) throws Exception {
        CriteriaCost.Kind kind = CriteriaCost.Kind.valueOf(args[0]);
        What what = What.valueOf(args[1]);
        if (what == What.PREPARE) {
            Path model = kind.write(CriteriaCost.Cached.LAYERS, CriteriaCost.Cached.SIZE);
            JsonObject made = new JsonObject();
            made.addProperty("model", model.toString());
            made.addProperty(
                    "artifact",
                    CriteriaCost.artifact(floats(kind, model), Recipe.dynamicInt8()).toString());
            System.out.println(made);
            return;
        }
        Path place = Path.of(args[2]);
        try (NDManager memory = Engine.getEngine(kind.engine).newBaseManager()) {
            memory.create(new float[1]).toFloatArray();
        }
        long start = System.nanoTime();
        Criteria.Builder<float[], float[]> criteria =
                switch (what) {
                    case INT8 -> kind.file(place).optTranslator(new CriteriaCost.Rows());
                    case CACHED ->
                            floats(kind, place)
                                    .optTranslatorFactory(
                                            CriteriaCost.factory(Recipe.dynamicInt8()));
                    default -> floats(kind, place).optTranslator(new CriteriaCost.Rows());
                };
        try (ZooModel<float[], float[]> first = criteria.build().loadModel()) {
            if (what == What.BOTH) {
                kind.file(Path.of(args[3]))
                        .optTranslator(new CriteriaCost.Rows())
                        .build()
                        .loadModel()
                        .close();
            }
        }
        System.out.printf(Locale.ROOT, "{\"millis\": %.3f}%n", (System.nanoTime() - start) / 1e6);
    }

    private static Criteria.Builder<float[], float[]> floats(CriteriaCost.Kind kind, Path model) {
        return kind.criteria(model, CriteriaCost.Cached.LAYERS, CriteriaCost.Cached.SIZE);
    }

    /** Runs {@link #main} in a process of its own. */
    static JsonObject child(CriteriaCost.Kind kind, What what, String... places)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(kind.name(), what.name()));
        arguments.addAll(List.of(places));
        return Child.java(LoadOnce.class, List.of(), arguments);
    }

    /** The milliseconds that one took. */
    static double millis(CriteriaCost.Kind kind, What what, String... places)
            throws IOException, InterruptedException {
        return child(kind, what, places).get("millis").getAsDouble();
    }
}
