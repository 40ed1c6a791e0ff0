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
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.translate.Translator;
import io.github.djlquant.backend.Backends;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The open predictors on a model's float block. When the block is replaced they go on with it, and
 * its memory goes with the last of them: an engine whose model is freed while it runs takes the
 * whole process down.
 */
final class FloatPredictors {

    /** Several {@link QuantizableModel}s may be made of one model. */
    private static final Map<Model, FloatPredictors> ALL =
            Collections.synchronizedMap(new WeakHashMap<>());

    private int open;
    private boolean replaced;

    /** Null while there is nothing to free. */
    private Runnable freeing;

    private FloatPredictors() {}

    static FloatPredictors of(Model model) {
        return ALL.computeIfAbsent(model, any -> new FloatPredictors());
    }

    /** Makes a predictor on the block that the model has now. */
    synchronized <P, Q> Predictor<P, Q> make(
            Model model, Translator<P, Q> translator, Device device) {
        if (replaced || !hasPlainPredictors(model)) {
            return model.newPredictor(translator, device);
        }
        Predictor<P, Q> made = new Counted<>(this, model, translator, device);
        open++;
        return made;
    }

    /** Other engines may have predictors of their own, and are never quantized. */
    private static boolean hasPlainPredictors(Model model) {
        String engine = model.getNDManager().getEngine().getEngineName();
        return Backends.all().stream().anyMatch(known -> known.getEngineName().equals(engine));
    }

    /**
     * Replaces the block.
     *
     * @param swap does it, and returns what frees the float one
     */
    void replace(Supplier<Runnable> swap) {
        Runnable free;
        synchronized (this) {
            free = swap.get();
            replaced = true;
            if (open > 0) {
                freeing = free;
                return;
            }
        }
        free.run();
    }

    private void closed() {
        synchronized (this) {
            open--;
            if (open > 0) {
                return;
            }
        }
        free();
    }

    /** Frees the float block if that was put off. */
    void free() {
        Runnable free;
        synchronized (this) {
            free = freeing;
            freeing = null;
        }
        if (free != null) {
            free.run();
        }
    }

    /** Tells when it is closed. */
    private static final class Counted<P, Q> extends Predictor<P, Q> {

        private final FloatPredictors all;
        private final AtomicBoolean closed = new AtomicBoolean();

        Counted(FloatPredictors all, Model model, Translator<P, Q> translator, Device device) {
            super(model, translator, device, false);
            this.all = all;
        }

        @Override
        public void close() {
            super.close();
            if (closed.compareAndSet(false, true)) {
                all.closed();
            }
        }
    }
}
