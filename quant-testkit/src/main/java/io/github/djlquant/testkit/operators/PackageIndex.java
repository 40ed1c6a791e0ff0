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

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Python package index (PEP 503): the one that pip itself would ask on this machine.
 *
 * @param root the address under which each project has its page
 */
record PackageIndex(URI root) {

    private static final String OFFICIAL = "https://pypi.org/simple/";
    private static final Pattern INDEX_URL =
            Pattern.compile("(?m)^\\s*index[-_]url\\s*[=:]\\s*(\\S+)\\s*$");

    /** The index of pip's environment variable, else of its configuration, else the official. */
    static PackageIndex ofPip(Map<String, String> environment, List<Path> configurations) {
        String url =
                Stream.concat(
                                Stream.ofNullable(environment.get("PIP_INDEX_URL")),
                                configurations.stream()
                                        .map(PackageIndex::configured)
                                        .flatMap(Optional::stream))
                        .filter(found -> !found.isBlank())
                        .findFirst()
                        .orElse(OFFICIAL)
                        .strip();
        return new PackageIndex(URI.create(url.endsWith("/") ? url : url + "/"));
    }

    /** Where pip looks for its configuration, the user's before the machine's. */
    static List<Path> configurations(Map<String, String> environment) {
        Path home = Path.of(System.getProperty("user.home"));
        return Stream.of(
                        Stream.ofNullable(environment.get("PIP_CONFIG_FILE")).map(Path::of),
                        Stream.of(
                                home.resolve(".config/pip/pip.conf"),
                                home.resolve(".pip/pip.conf"),
                                home.resolve("Library/Application Support/pip/pip.conf"),
                                Path.of("/etc/pip.conf")))
                .flatMap(paths -> paths)
                .toList();
    }

    private static Optional<String> configured(Path configuration) {
        try {
            if (!Files.isRegularFile(configuration)) {
                return Optional.empty();
            }
            Matcher matcher = INDEX_URL.matcher(Files.readString(configuration));
            return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Downloads a file of a project. */
    void download(String project, String file, Path to) throws IOException, InterruptedException {
        HttpClient client =
                HttpClient.newBuilder()
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .connectTimeout(Duration.ofSeconds(20))
                        .build();
        URI page = root.resolve(project + "/");
        HttpResponse<String> listing =
                client.send(request(page), HttpResponse.BodyHandlers.ofString());
        requireFound(listing);
        URI address = link(listing.uri(), listing.body(), file);
        requireFound(client.send(request(address), HttpResponse.BodyHandlers.ofFile(to)));
    }

    private static HttpRequest request(URI address) {
        return HttpRequest.newBuilder(address)
                .header("Accept", "text/html, */*;q=0.1")
                .timeout(Duration.ofMinutes(3))
                .build();
    }

    /** The address that a project's page gives for a file. */
    static URI link(URI page, String html, String file) throws IOException {
        Matcher link =
                Pattern.compile(
                                "href\\s*=\\s*[\"']((?:[^\"'#]*/)?"
                                        + Pattern.quote(file)
                                        + ")(?:#[^\"']*)?[\"']")
                        .matcher(html);
        if (!link.find()) {
            throw new IOException(page + " does not list " + file);
        }
        return page.resolve(link.group(1).replace("&amp;", "&"));
    }

    private static void requireFound(HttpResponse<?> response) throws IOException {
        if (response.statusCode() != 200) {
            throw new IOException(response.uri() + " answers " + response.statusCode());
        }
    }
}
