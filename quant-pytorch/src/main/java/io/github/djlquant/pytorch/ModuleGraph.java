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
package io.github.djlquant.pytorch;

import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.TemporaryFolder;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.pytorch.archive.ArchiveReader;
import io.github.djlquant.pytorch.read.TorchScriptReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what a loaded module computes, from the archive that libtorch writes of it. */
final class ModuleGraph {

    private static final Logger logger = LoggerFactory.getLogger(ModuleGraph.class);

    private ModuleGraph() {}

    /**
     * Reads a module.
     *
     * @param module an open module; it stays as it is
     * @return its graph; the weights lie in a mapped file that is deleted already
     * @throws QuantizationException if it can't be written or read
     */
    static Graph of(PtSymbolBlock module) {
        TemporaryFolder folder = null;
        try {
            folder = TemporaryFolder.create();
            Path file = folder.path().resolve("module.pt");
            try (OutputStream out = Files.newOutputStream(file)) {
                JniUtils.writeModule(module, out, false);
            }
            return TorchScriptReader.readPacked(ArchiveReader.read(file), file.toString());
        } catch (IOException e) {
            throw new QuantizationException(
                    Problem.of("a module can't be written to a temporary file")
                            .in(folder == null ? null : folder.path())
                            .actual(e.getMessage()),
                    e);
        } finally {
            delete(folder);
        }
    }

    private static void delete(TemporaryFolder folder) {
        try {
            if (folder != null) {
                folder.close();
            }
        } catch (IOException e) {
            // Windows keeps mapped files; the next process takes them away.
            logger.debug("{} stays for now: {}", folder, e.getMessage());
        }
    }
}
