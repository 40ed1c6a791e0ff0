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
package io.github.djlquant.testkit.criteria;

import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.ZooModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Hours of a server in little, in a process of its own: eight threads that open predictors, predict
 * and close them, in both forms of the option. It prints a {@link Sample} now and then.
 */
public final class SoakProgram extends CriteriaFixture {

    /** What has to be the same before and after. */
    static final int PREDICTIONS = 200_000;

    /** Until then caches fill: the engine's, the compiler's, the allocator's. */
    static final int WARM_UP = 100_000;

    private static final int STEP = 50_000;
    private static final int THREADS = 8;
    private static final int PER_PREDICTOR = 50;

    private SoakProgram(FloatModel kind) {
        super(kind);
    }

    /**
     * What the process holds while nobody predicts.
     *
     * @param predictions how many were made
     * @param held what the models' managers hold
     * @param anonymous resident memory in bytes, without mapped files
     */
    record Sample(int predictions, ManagedResources held, long anonymous) {

        private static final String MARK = "sample";

        static Sample parse(String line) {
            String[] parts = line.split(" ");
            return new Sample(
                    Integer.parseInt(parts[1]),
                    new ManagedResources(Integer.parseInt(parts[2]), Integer.parseInt(parts[3])),
                    Long.parseLong(parts[4]));
        }

        static boolean isIn(String line) {
            return line.startsWith(MARK + " ");
        }

        String line() {
            return String.join(
                    " ",
                    MARK,
                    String.valueOf(predictions),
                    String.valueOf(held.managers()),
                    String.valueOf(held.resources()),
                    String.valueOf(anonymous));
        }
    }

    /**
     * Runs.
     *
     * @param args the class of a {@link FloatModel}, and an empty folder
     * @throws Exception if an answer changes or something fails
     */
    public static void main(String[] args) throws Exception {
        var constructor = Class.forName(args[0]).getDeclaredConstructor();
        constructor.setAccessible(true);
        SoakProgram program = new SoakProgram((FloatModel) constructor.newInstance());
        program.folder = Path.of(args[1]);
        program.write();
        program.run();
    }

    private void run() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (ZooModel<float[], float[]> swapped = replaced(new Rows(rowShape()));
                ZooModel<float[], float[]> wrapped = wrapped()) {
            assertQuantized(swapped);
            assertQuantized(wrapped);
            List<ZooModel<float[], float[]>> models = List.of(swapped, wrapped);
            float[] expected = predict(swapped, row(9));
            for (int done = 0; done < WARM_UP + PREDICTIONS; done += STEP) {
                work(threads, models, expected);
                if (done + STEP >= WARM_UP) {
                    System.out.println(
                            new Sample(
                                            done + STEP,
                                            ManagedResources.of(models),
                                            ResidentMemory.anonymous())
                                    .line());
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void work(
            ExecutorService threads, List<ZooModel<float[], float[]>> models, float[] expected)
            throws Exception {
        float[] row = row(9);
        List<Future<?>> running = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            ZooModel<float[], float[]> model = models.get(thread % models.size());
            running.add(threads.submit(() -> serve(model, row, expected)));
        }
        for (Future<?> one : running) {
            one.get();
        }
    }

    private static Void serve(ZooModel<float[], float[]> model, float[] row, float[] expected)
            throws Exception {
        for (int i = 0; i < STEP / THREADS; i += PER_PREDICTOR) {
            try (Predictor<float[], float[]> predictor = model.newPredictor()) {
                for (int call = 0; call < PER_PREDICTOR; call++) {
                    if (!Arrays.equals(predictor.predict(row), expected)) {
                        throw new IllegalStateException("an answer changed under load");
                    }
                }
            }
        }
        return null;
    }
}
