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

import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.trace.TraceRehearsal;
import java.util.ServiceConfigurationError;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes once, in a process, through what finds an entry of the cache, while DJL loads the float
 * model. That takes one processor for some tenths of a second; a fresh virtual machine needs longer
 * to load, link and compile what looks for the entry than to open what lies in it. What comes out
 * is dropped, and so is whatever goes wrong: the load itself will say so. No engine is touched.
 *
 * <pre>
 *   DJL       loads the float model ........... | finds the entry, opens it
 *   besides   | keys, notes, following, digest  |
 * </pre>
 */
final class LoadRehearsal implements Runnable {

    private static final Logger LOGGER = LoggerFactory.getLogger(LoadRehearsal.class);

    /** Digests of weights until they are compiled. */
    private static final int DIGESTS = 64;

    private static final int DIGEST_BYTES = 1 << 16;

    private static final AtomicBoolean HELD = new AtomicBoolean();

    private static volatile boolean wanted;

    private LoadRehearsal() {}

    /** Begins, if it is the first load of this process and a processor is idle meanwhile. */
    static void begin() {
        if (Runtime.getRuntime().availableProcessors() > 1 && HELD.compareAndSet(false, true)) {
            wanted = true;
            Thread thread = new Thread(new LoadRehearsal(), "djl-quant rehearsal");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** The processor is needed for the load itself. */
    static void end() {
        wanted = false;
    }

    @Override
    public void run() {
        try {
            SourceDigests digests = new SourceDigests(QuantizationCache.folder());
            CacheKey.rehearse(Recipe.staticInt8(), digests);
            if (wanted) {
                digests.rehearse();
            }
            for (int i = 0; i < DIGESTS && wanted; i++) {
                CacheKey.hex(new byte[DIGEST_BYTES]);
            }
            int runs = TraceRehearsal.hold(() -> wanted);
            LOGGER.debug("the rehearsal came to its end: {} after {} runs", wanted, runs);
        } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
            LOGGER.debug("the rehearsal failed", e);
        }
    }
}
