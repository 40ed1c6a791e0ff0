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

import ai.djl.Model;
import ai.djl.ndarray.BaseNDManager;
import java.lang.reflect.Field;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What DJL's managers keep alive: a model's manager, those below it, those of models that are
 * attached to it, and those that an engine without arithmetic has beside its own. DJL prints the
 * tree ({@code debugDump}) but does not hand it out, so it is read from its fields.
 *
 * @param managers how many managers are open
 * @param resources how many arrays, blocks and other things they hold
 */
public record ManagedResources(int managers, int resources) {

    /**
     * Counts.
     *
     * @param models open models
     * @return what they hold together
     */
    public static ManagedResources of(Iterable<? extends Model> models) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Model model : models) {
            visit(model.getNDManager(), seen);
        }
        int managers = (int) seen.stream().filter(BaseNDManager.class::isInstance).count();
        return new ManagedResources(managers, seen.size() - managers);
    }

    private static void visit(Object resource, Set<Object> seen) {
        if (resource == null || !seen.add(resource)) {
            return;
        }
        if (resource instanceof Model model) {
            visit(model.getNDManager(), seen);
        }
        if (resource instanceof BaseNDManager manager) {
            visit(field(manager, "alternativeManager"), seen);
            ((Map<?, ?>) field(manager, "resources")).values().forEach(held -> visit(held, seen));
            seen.addAll(((Map<?, ?>) field(manager, "tempResources")).values());
        }
    }

    private static Object field(BaseNDManager manager, String name) {
        try {
            Field field = BaseNDManager.class.getDeclaredField(name);
            field.setAccessible(true);
            return field.get(manager);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("DJL's manager has no field " + name, e);
        }
    }
}
