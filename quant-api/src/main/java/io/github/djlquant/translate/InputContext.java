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

import ai.djl.Model;
import ai.djl.metric.Metrics;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslatorContext;
import java.util.HashMap;
import java.util.Map;

/**
 * The context in which a user's translator turns calibration inputs into arrays, outside any
 * predictor.
 */
final class InputContext implements TranslatorContext {

    private final Model model;
    private final NDManager manager;
    private final Map<String, Object> attachments = new HashMap<>();

    InputContext(Model model) {
        this.model = model;
        this.manager = model.getNDManager().newSubManager();
    }

    @Override
    public Model getModel() {
        return model;
    }

    @Override
    public NDManager getNDManager() {
        return manager;
    }

    @Override
    public NDManager getPredictorManager() {
        return manager;
    }

    @Override
    public ai.djl.nn.Block getBlock() {
        return model.getBlock();
    }

    @Override
    public Metrics getMetrics() {
        return null;
    }

    @Override
    public Object getAttachment(String key) {
        return attachments.get(key);
    }

    @Override
    public void setAttachment(String key, Object value) {
        attachments.put(key, value);
    }

    @Override
    public void close() {
        manager.close();
    }
}
