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

import io.github.djlquant.Problem;
import io.github.djlquant.Provenance;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.TemporaryFolder;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Bytes;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.pytorch.archive.ArchiveReader;
import io.github.djlquant.pytorch.archive.TorchArchive;
import io.github.djlquant.pytorch.op.ResultForm;
import io.github.djlquant.pytorch.read.TorchScriptReader;
import io.github.djlquant.pytorch.write.TorchScriptWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Opens files and graphs in libtorch. */
final class PtRunners {

    private PtRunners() {}

    /** Opens a file. */
    static PtRunner open(Path file, RunOptions options) {
        // Read by the allow-listed reader first: libtorch's own trusts what it loads.
        TorchArchive archive = ArchiveReader.read(file);
        Map<String, String> extra = extra(archive);
        Provenance.in(extra, file.toString())
                .ifPresent(made -> made.requirePlace(file, Libtorch.version()));
        Signature signature =
                extra.containsKey(WrittenNames.KEY)
                        ? WrittenNames.parse(extra.get(WrittenNames.KEY), file.toString())
                                .signature()
                        : Signature.of(TorchScriptReader.readPacked(archive, file.toString()));
        return new PtRunner(
                LoadedModule.load(file, file.toString()),
                file.toString(),
                signature,
                options,
                options.optimize());
    }

    /** The archive's extra files that this project writes, as text. */
    static Map<String, String> extra(TorchArchive archive) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (String key :
                new String[] {Provenance.METADATA_KEY, Provenance.PLAN_KEY, WrittenNames.KEY}) {
            Bytes bytes = archive.extra().get(key);
            if (bytes != null) {
                texts.put(key, new String(bytes.toArray(), StandardCharsets.UTF_8));
            }
        }
        return texts;
    }

    /** Opens a graph through a file of our own. */
    static PtRunner open(Graph graph, RunOptions options, Target target) {
        Libtorch.engine();
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path file = folder.path().resolve("graph.pt");
            TorchScriptWriter.write(withFlatResult(graph), target, file);
            return new PtRunner(
                    LoadedModule.load(file, null),
                    null,
                    Signature.of(graph).flat(),
                    options,
                    false);
        } catch (IOException e) {
            throw new QuantizationException(
                    Problem.of("the graph can't be written for libtorch")
                            .actual(e)
                            .next("Make room in the folder of temporary files (java.io.tmpdir)"),
                    e);
        }
    }

    /** DJL would have to take the result apart; a run only wants the tensors. */
    private static Graph withFlatResult(Graph graph) {
        if (!graph.metadata().containsKey(ResultForm.METADATA_KEY)) {
            return graph;
        }
        Map<String, String> metadata = new LinkedHashMap<>(graph.metadata());
        metadata.remove(ResultForm.METADATA_KEY);
        metadata.remove(ResultForm.TYPE_KEY);
        return graph.withMetadata(metadata);
    }
}
