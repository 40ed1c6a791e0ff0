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
package io.github.djlquant.pytorch.write;

import io.github.djlquant.graph.Bytes;
import io.github.djlquant.graph.Graph;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * What travels with a model under {@code extra/}: files of the source, provenance, plan. DJL reads
 * them by {@code optOption("extraFiles", name)}.
 */
final class ExtraFiles {

    /** What the reader remembers of the source's program. */
    private static final String PROGRAM = "torchscript.";

    /** Before the name of a file of the source. */
    private static final String FILE = "torchscript.extra.";

    private ExtraFiles() {}

    static Map<String, Bytes> of(Graph graph) {
        Map<String, Bytes> files = new TreeMap<>();
        graph.attachments().forEach(files::put);
        graph.metadata()
                .forEach(
                        (key, text) -> {
                            if (key.startsWith(FILE)) {
                                files.put(key.substring(FILE.length()), bytes(text));
                            } else if (!key.startsWith(PROGRAM)) {
                                files.put(key, bytes(text));
                            }
                        });
        return files;
    }

    private static Bytes bytes(String text) {
        return Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
    }
}
