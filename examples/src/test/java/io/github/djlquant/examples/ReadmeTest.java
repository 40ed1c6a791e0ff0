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
package io.github.djlquant.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.djlquant.recipe.RecipeJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README.md shows in Java compiles, and the classes that it names exist. */
class ReadmeTest {

    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private static final Pattern JSON = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

    private static final Pattern NAMED =
            Pattern.compile("io\\.github\\.djlquant(\\.[a-z0-9]+)*\\.[A-Z]\\w+");

    private static final List<String> OF_DJL =
            List.of(
                    "ai.djl.modality.Classifications",
                    "ai.djl.modality.cv.Image",
                    "ai.djl.nn.Block",
                    "ai.djl.repository.zoo.Criteria",
                    "ai.djl.training.dataset.RandomAccessDataset",
                    "ai.djl.translate.Translator",
                    "java.nio.file.Path");

    /** Beyond those that the readme tells to import. */
    private static final List<String> OF_DJL_QUANT =
            List.of(
                    "io.github.djlquant.PreparedBlock",
                    "io.github.djlquant.QuantizedModel",
                    "io.github.djlquant.Quantizer",
                    "io.github.djlquant.VerifiedBlock",
                    "io.github.djlquant.trace.GraphBlock");

    @TempDir private Path folder;

    private static String readme() throws IOException {
        return Files.readString(
                Path.of(System.getProperty("quant.root", "..")).resolve("README.md"));
    }

    @Test
    void itsCodeCompiles() throws IOException {
        String text = readme();
        List<String> snippets = CODE.matcher(text).results().map(m -> m.group(1)).toList();
        assertThat(snippets).hasSizeGreaterThanOrEqualTo(4);
        String told =
                text.lines()
                        .dropWhile(line -> !line.contains("Imports: "))
                        .limit(2)
                        .collect(Collectors.joining("\n"));
        List<String> imports = NAMED.matcher(told).results().map(MatchResult::group).toList();
        assertThat(imports).hasSize(3);

        compile("WithToldImports", imports, snippets.subList(0, 2));
        compile(
                "Others",
                Stream.concat(imports.stream(), OF_DJL_QUANT.stream()).toList(),
                snippets.subList(2, snippets.size()));
    }

    @Test
    void itsRecipeIsOne() throws IOException {
        List<String> recipes = JSON.matcher(readme()).results().map(m -> m.group(1)).toList();
        assertThat(recipes).isNotEmpty();
        for (String recipe : recipes) {
            assertThat(RecipeJson.parse(recipe, "README.md").name()).isEqualTo("static-int8");
        }
    }

    @Test
    void theClassesThatItNamesExist() throws IOException {
        List<String> names =
                NAMED.matcher(readme()).results().map(MatchResult::group).distinct().toList();
        assertThat(names)
                .hasSizeGreaterThanOrEqualTo(4)
                .allSatisfy(
                        name ->
                                assertThatCode(() -> Class.forName(name))
                                        .doesNotThrowAnyException());
    }

    private static boolean isImport(String line) {
        return line.startsWith("import ");
    }

    private void compile(String name, List<String> imports, List<String> snippets)
            throws IOException {
        StringBuilder code = new StringBuilder();
        OF_DJL.forEach(each -> code.append("import ").append(each).append(";\n"));
        imports.forEach(each -> code.append("import ").append(each).append(";\n"));
        snippets.stream()
                .flatMap(String::lines)
                .filter(ReadmeTest::isImport)
                .distinct()
                .forEach(line -> code.append(line).append("\n"));
        code.append("class ").append(name).append(" {\n");
        for (int i = 0; i < snippets.size(); i++) {
            String snippet =
                    snippets.get(i)
                            .lines()
                            .filter(line -> !isImport(line))
                            .collect(Collectors.joining("\n", "", "\n"));
            boolean options = snippet.strip().startsWith(".");
            code.append("void snippet")
                    .append(i)
                    .append("(Block block, Path path, RandomAccessDataset dataset, ")
                    .append("io.github.djlquant.calibrate.CalibrationData data, ")
                    .append("Translator<Image, Classifications> myTranslator) throws Exception {\n")
                    .append(options ? "Criteria.builder()\n" : "")
                    .append(snippet)
                    .append(options ? ";\n" : "")
                    .append("}\n");
        }
        Path file = Files.writeString(folder.resolve(name + ".java"), code.append("}\n"));
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int status =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                errors,
                                "-proc:none",
                                "-d",
                                folder.toString(),
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                file.toString());
        assertThat(status).as("%s", errors.toString(StandardCharsets.UTF_8)).isZero();
    }
}
