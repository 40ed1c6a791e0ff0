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
import java.util.List;

/**
 * A report as an HTML fragment for a notebook cell. Notebooks drop scripts and style sheets of
 * cells that they don't trust, so it has none.
 */
final class ReportNotebook {

    private ReportNotebook() {}

    static String render(Report report) {
        List<Section> sections = report.sections();
        return Templates.render(
                "notebook.jte",
                new PageModel(report.title(), report.verdict(), sections, "", List.of(), ""));
    }
}
