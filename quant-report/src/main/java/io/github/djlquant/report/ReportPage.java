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

import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import io.github.djlquant.StagedFile;
import io.github.djlquant.report.view.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A report as one HTML document. */
final class ReportPage {

    private ReportPage() {}

    static String render(Report report) {
        Verdict verdict = report.verdict();
        return PageBudget.fit(
                report.sections(),
                sections ->
                        Templates.render(
                                "page.jte",
                                new PageModel(
                                        report.title(),
                                        verdict,
                                        sections,
                                        PageAssets.STYLE,
                                        PageAssets.SCRIPTS,
                                        PageAssets.POLICY)));
    }

    static void write(Report report, Path file, boolean overwrite) {
        try (StagedFile staged = StagedFile.beside(file, overwrite)) {
            Files.writeString(staged.path(), render(report));
            staged.commit();
        } catch (IOException e) {
            throw new RecipeException(
                    Problem.of("the report can't be written")
                            .in(file)
                            .actual(e.getClass().getSimpleName() + " " + e.getMessage()),
                    e);
        }
    }
}
