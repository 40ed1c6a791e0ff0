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
package io.github.djlquant.testkit.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageIndexTest {

    @TempDir Path folder;

    @Test
    void asksWherePipWouldAsk() throws IOException {
        Path user = folder.resolve("user.conf");
        Path machine = folder.resolve("machine.conf");
        Files.writeString(user, "[global]\ncert = x.crt\n");
        Files.writeString(machine, "[global]\nindex-url = https://mirror.example/simple\n");
        List<Path> files = List.of(folder.resolve("none.conf"), user, machine);

        assertThat(PackageIndex.ofPip(Map.of("PIP_INDEX_URL", "https://own.example/pypi/"), files))
                .isEqualTo(new PackageIndex(URI.create("https://own.example/pypi/")));
        assertThat(PackageIndex.ofPip(Map.of(), files))
                .isEqualTo(new PackageIndex(URI.create("https://mirror.example/simple/")));
        assertThat(PackageIndex.ofPip(Map.of(), List.of(user)))
                .isEqualTo(new PackageIndex(URI.create("https://pypi.org/simple/")));
    }

    @Test
    void findsTheFileOnItsPage() throws IOException {
        URI page = URI.create("https://mirror.example/simple/onnx/");
        String html =
                "<a href=\"https://files.example/ab/onnx-1.0.whl#sha256=12\">onnx-1.0.whl</a>"
                        + "<a href='../../files/my-onnx-2.0.whl'>my-onnx-2.0.whl</a>"
                        + "<a href='../../files/onnx-2.0.whl'>onnx-2.0.whl</a>";
        assertThat(PackageIndex.link(page, html, "onnx-1.0.whl"))
                .hasToString("https://files.example/ab/onnx-1.0.whl");
        assertThat(PackageIndex.link(page, html, "onnx-2.0.whl"))
                .hasToString("https://mirror.example/files/onnx-2.0.whl");
        assertThatThrownBy(() -> PackageIndex.link(page, html, "onnx-3.0.whl"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not list onnx-3.0.whl");
    }
}
