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
package io.github.djlquant.pytorch.archive;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.github.djlquant.pytorch.archive.PickleValue.DictValue;
import io.github.djlquant.pytorch.archive.PickleValue.ObjectValue;
import io.github.djlquant.pytorch.archive.PickleValue.TupleValue;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Archives that PyTorch wrote (fixtures/torchscript/archives.py), and one made here. */
final class TestArchives {

    private TestArchives() {}

    static Path file(String name) {
        try {
            return Path.of(TestArchives.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    static JsonElement json(String name) throws Exception {
        return JsonParser.parseString(Files.readString(file(name), StandardCharsets.UTF_8));
    }

    /** A module of one class Q whose forward takes one tensor. */
    static TorchArchive module(
            String fields, String body, List<PickleValue.Entry> attributes, long version) {
        String source =
                """
                class Q(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                %s
                  def forward(self: __torch__.Q,
                    x: Tensor) -> Tensor:
                %s
                """
                        .formatted(
                                fields.indent(2).stripTrailing(), body.indent(4).stripTrailing());
        List<PickleValue.Entry> all = new ArrayList<>();
        all.add(PickleValue.Entry.of("training", new PickleValue.Bool(false)));
        all.addAll(attributes);
        return new TorchArchive(
                "m",
                version,
                new ObjectValue("__torch__.Q", new DictValue(all, "")),
                TupleValue.of(),
                Map.of("__torch__.py", source),
                Map.of());
    }
}
