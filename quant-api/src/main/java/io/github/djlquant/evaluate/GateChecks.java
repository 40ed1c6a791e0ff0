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

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The judgements of a gate, as they come. */
final class GateChecks {

    private final List<GateResult.Check> checks = new ArrayList<>();

    void add(
            String name,
            String subject,
            double limit,
            double measured,
            boolean passed,
            String text) {
        checks.add(new GateResult.Check(name, subject, limit, measured, passed, text));
    }

    /** Asked for and not known: silence would be taken for a yes. */
    void unmeasured(String name, String subject, double limit, String remedy) {
        add(
                name,
                subject,
                limit,
                Double.NaN,
                false,
                text("%s has a limit and was not measured: %s", name, remedy));
    }

    /** Returns whether something was judged by a limit. */
    boolean has(String name) {
        return checks.stream().anyMatch(check -> check.name().equals(name));
    }

    /** Returns all judgements; otherwise they keep their order. */
    List<GateResult.Check> failedFirst() {
        return checks.stream().sorted(Comparator.comparing(GateResult.Check::passed)).toList();
    }

    static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
