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
package io.github.djlquant.testkit;

import org.junit.jupiter.api.Assumptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Skips tests that this machine can't run, and says so in the log: a skip that nobody sees looks
 * like a test that passed.
 */
public final class LoudSkip {

    private static final Logger LOG = LoggerFactory.getLogger(LoudSkip.class);

    private LoudSkip() {}

    /**
     * Skips the test unless something holds.
     *
     * @param possible true to go on
     * @param why what is missing, and how to provide it
     */
    public static void unless(boolean possible, String why) {
        if (!possible) {
            because(why);
        }
    }

    /**
     * Skips the test.
     *
     * @param why what is missing, and how to provide it
     */
    public static void because(String why) {
        LOG.warn("SKIPPED: {}", why);
        Assumptions.abort("SKIPPED: " + why);
    }
}
