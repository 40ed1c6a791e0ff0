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

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/**
 * Style sheet and scripts of the page, which are inlined, and the policy that lets a browser run
 * these and nothing else: no network, no other script or style, whatever stands in the page.
 */
final class PageAssets {

    static final String STYLE = read("page.css");

    static final List<String> SCRIPTS =
            List.of(licensed("d3.min.js", "d3.LICENSE"), read("page.js"), read("charts.js"));

    static final String POLICY = policy();

    private PageAssets() {}

    /** The licence wants to go wherever the library goes. */
    private static String licensed(String script, String licence) {
        return "/*\n" + read(licence).replace("*/", "* /") + "*/\n" + read(script);
    }

    private static String policy() {
        StringBuilder scripts = new StringBuilder("script-src");
        SCRIPTS.forEach(script -> scripts.append(" 'sha256-").append(hash(script)).append('\''));
        return String.join(
                "; ",
                "default-src 'none'",
                scripts,
                "style-src 'sha256-" + hash(STYLE) + "'",
                "img-src data:",
                "base-uri 'none'",
                "form-action 'none'");
    }

    private static String hash(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String read(String name) {
        try (InputStream in = PageAssets.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not in the jar of quant-report");
            }
            // A browser reads line ends of any kind as a line feed, and hashes that.
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
