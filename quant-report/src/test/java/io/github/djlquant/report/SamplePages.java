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

import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the sample pages to a folder, to be looked at: {@code SamplePages FOLDER}. */
final class SamplePages {

    private SamplePages() {}

    public static void main(String[] args) throws Exception {
        Path folder = Files.createDirectories(Path.of(args[0]));
        Files.writeString(folder.resolve("passed.html"), Samples.classifier().html());
        Files.writeString(folder.resolve("refused.html"), Samples.refused().html());
        Files.writeString(folder.resolve("embeddings.html"), Samples.embeddings().html());
        Files.writeString(folder.resolve("huge.html"), Samples.huge().html());
        Files.writeString(folder.resolve("passed.txt"), Samples.classifier().toString());
        Files.writeString(folder.resolve("passed-notebook.html"), Samples.classifier().notebook());
    }
}
