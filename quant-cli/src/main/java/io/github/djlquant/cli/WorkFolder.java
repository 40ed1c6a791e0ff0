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

import io.github.djlquant.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder for the files of one run: the user's, which stays, or a temporary one.
 *
 * @param path the folder
 * @param temporary true if it goes when the run ends
 */
record WorkFolder(Path path, boolean temporary) implements AutoCloseable {

    static WorkFolder open(Path kept) throws IOException {
        return kept == null
                ? new WorkFolder(TemporaryFolder.create().path(), true)
                : new WorkFolder(Files.createDirectories(kept), false);
    }

    @Override
    public void close() throws IOException {
        if (temporary) {
            new TemporaryFolder(path).close();
        }
    }
}
