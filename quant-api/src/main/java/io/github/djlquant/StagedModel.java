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
package io.github.djlquant;

import java.nio.file.Path;

/** An artifact in the making, with its description: both appear under their names, or neither. */
final class StagedModel implements AutoCloseable {

    private final Beside<Files> files;

    private StagedModel(Beside<Files> files) {
        this.files = files;
    }

    private record Files(StagedFile artifact, StagedFile description) {

        static Files beside(Path output, boolean overwrite) {
            StagedFile artifact = StagedFile.beside(output, overwrite);
            try {
                // A copy for people: an older one may always be replaced.
                return new Files(artifact, StagedFile.beside(QuantJson.fileOf(output), true));
            } catch (QuantizationException e) {
                artifact.close();
                throw e;
            }
        }

        void close() {
            try (artifact;
                    description) {
                // Nothing else is held.
            }
        }
    }

    /**
     * Starts to choose temporary names beside the final ones, while the caller goes on.
     *
     * @param output the artifact's final name
     * @param overwrite true to allow an existing artifact
     */
    static StagedModel beside(Path output, boolean overwrite) {
        return new StagedModel(Beside.start(() -> Files.beside(output, overwrite)));
    }

    /**
     * Returns the name to write the artifact to.
     *
     * @throws RecipeException if the folder is missing or can't be read, or the artifact exists and
     *     must not be overwritten
     * @throws OutputException if no file can be made there
     */
    Path path() {
        return files.get().artifact().path();
    }

    /** The artifact comes last: where it is, its description is. */
    void commit(QuantizedModel model, QuantJson.Draft draft) {
        StagedFile artifact = files.get().artifact();
        StagedFile description = files.get().description();
        QuantJson.write(model, draft, description.path());
        artifact.refuseIfTaken();
        description.commit();
        artifact.commit();
    }

    /** Removes what was not committed. */
    @Override
    public void close() {
        files.settle().ifPresent(Files::close);
    }
}
