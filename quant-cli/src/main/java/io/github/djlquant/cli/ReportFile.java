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
package io.github.djlquant.cli;

import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import io.github.djlquant.StagedFile;
import io.github.djlquant.evaluate.EvaluationJson;
import io.github.djlquant.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Where a report goes: a page ({@code .html}), or the evaluation for programs ({@code .json}).
 *
 * @param path the file
 * @param overwrite true to replace a file that is there
 */
record ReportFile(Path path, boolean overwrite) {

    /** What the options say about it. */
    static final String FORMS = "a page (.html) or, for programs, .json";

    /**
     * Checks the name before any work is done.
     *
     * @param path the file
     * @param overwrite true to replace a file that is there
     * @return the file
     * @throws RecipeException if the name ends in neither, or the file is there and must stay
     */
    static ReportFile checked(Path path, boolean overwrite) {
        ReportFile file = new ReportFile(path, overwrite);
        if (!file.isPage() && !file.endsIn(".json")) {
            throw new RecipeException(
                    Problem.of("the report's form is not known")
                            .in(path)
                            .expected("a name that ends in .html or .json"));
        }
        StagedFile.beside(path, overwrite).close();
        return file;
    }

    private boolean isPage() {
        return endsIn(".html") || endsIn(".htm");
    }

    private boolean endsIn(String ending) {
        return path.toString().toLowerCase(Locale.ROOT).endsWith(ending);
    }

    /**
     * Writes the report.
     *
     * @param report what to write
     */
    void write(Report report) {
        if (isPage()) {
            report.write(path, overwrite);
            return;
        }
        try (StagedFile stage = StagedFile.beside(path, overwrite)) {
            Files.writeString(stage.path(), EvaluationJson.print(report.evaluation()));
            stage.commit();
        } catch (IOException e) {
            throw new RecipeException(Problem.of("the report can't be written").in(path), e);
        }
    }
}
