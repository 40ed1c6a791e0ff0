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
package io.github.djlquant.report;

import io.github.djlquant.report.view.Section;
import io.github.djlquant.report.view.Verdict;
import java.util.List;

/**
 * What the page's template draws.
 *
 * @param title the page's title
 * @param verdict what stands first
 * @param sections what follows
 * @param style the style sheet
 * @param scripts the scripts, in the order in which they run
 * @param policy the content security policy: these scripts and this style sheet, nothing else
 */
public record PageModel(
        String title,
        Verdict verdict,
        List<Section> sections,
        String style,
        List<String> scripts,
        String policy) {

    /** Copies the lists. */
    public PageModel {
        sections = List.copyOf(sections);
        scripts = List.copyOf(scripts);
    }
}
