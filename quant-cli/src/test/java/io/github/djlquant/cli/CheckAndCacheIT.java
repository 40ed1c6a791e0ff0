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

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.repository.zoo.Criteria;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djlquant.translate.QuantizationTranslatorFactory;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check} foretells what DJL then does; {@code cache} lists and removes what came of it. */
class CheckAndCacheIT {

    private static final String FACTORY = QuantizationTranslatorFactory.class.getName();

    @TempDir private Path folder;
    private Path model;

    @BeforeEach
    void unpack() {
        model = ShippedModel.in(folder);
    }

    private static String run(int code, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int actual = Main.run(new PrintWriter(out), new PrintWriter(err), args);
        assertThat(actual).as("%s %s", out, err).isEqualTo(code);
        return code == 0 ? out.toString() : err.toString();
    }

    private static JsonObject json(String... args) {
        return JsonParser.parseString(run(0, args)).getAsJsonObject();
    }

    private void load() throws Exception {
        Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelUrls(url())
                .optEngine("OnnxRuntime")
                .build()
                .loadModel()
                .close();
    }

    private String url() {
        return model.toUri() + "?translatorFactory=" + FACTORY + "&quantization=optimize";
    }

    @Test
    void checkForetellsWhatTheCacheThenHolds() throws Exception {
        run(0, "cache", "clear");
        JsonObject before = json("check", url(), "--engine", "OnnxRuntime", "--json");
        assertThat(before.get("quantizes").getAsBoolean()).isTrue();
        assertThat(before.get("kind").getAsString()).isEqualTo("ONNX");
        assertThat(before.get("outcome").getAsString()).contains("optimize", "first time");
        assertThat(before.get("cached").isJsonNull()).isTrue();
        assertThat(json("cache", "list", "--json").getAsJsonArray("entries")).isEmpty();

        load();

        JsonObject after = json("check", url(), "--engine", "OnnxRuntime", "--json");
        Path cached = Path.of(after.get("cached").getAsString());
        assertThat(cached).exists();
        assertThat(after.get("outcome").getAsString()).contains("from the cache");
        JsonObject list = json("cache", "list", "--json");
        JsonObject entry = list.getAsJsonArray("entries").get(0).getAsJsonObject();
        assertThat(Path.of(entry.get("file").getAsString())).isEqualTo(cached);
        assertThat(Path.of(entry.get("source").getAsString())).isEqualTo(model.toAbsolutePath());
        assertThat(entry.get("recipe").getAsString()).isEqualTo("optimize");
        assertThat(entry.get("bytes").getAsLong()).isGreaterThanOrEqualTo(Files.size(cached));
        assertThat(run(0, "cache", "list")).contains("optimize", model.toString(), "1 entries");

        Files.delete(cached.resolveSibling("entry.json"));
        assertThat(run(0, "cache", "list")).contains("not whole");
        assertThat(run(0, "cache", "clear")).contains("1 removed");
        assertThat(cached.getParent()).doesNotExist();
    }

    @Test
    void whatABlockTakesIsTold() throws Exception {
        Path saved = folder.resolve("saved");
        Block block = new SequentialBlock().add(Linear.builder().setUnits(2).build());
        try (Model net = Model.newInstance("net", "PyTorch")) {
            block.initialize(net.getNDManager(), DataType.FLOAT32, new Shape(4, 3, 8));
            net.setBlock(block);
            net.save(saved, "net");
        }
        String[] check = {
            "check",
            saved.toString(),
            "--engine",
            "PyTorch",
            "--arg",
            "translatorFactory=" + FACTORY,
            "--arg",
            "quantization=dynamic-int8",
            "--model-name",
            "net"
        };
        assertThat(run(0, Arrays.copyOf(check, check.length - 2)))
                .contains("fails", "DJL looks for saved-NNNN.params", "there is net-0000.params");
        assertThat(run(0, check))
                .contains("optBlock", "cached   not known")
                .containsPattern("inputs +data0:float32:\\?x3x8 \\(net-0000.params tells");
        String[] more = Arrays.copyOf(check, check.length + 2);
        more[check.length] = "--arg";
        more[check.length + 1] = "blockInputs=x:float32:?x?x8";
        assertThat(run(0, more)).containsPattern("inputs +x:float32:\\?x\\?x8 \\(blockInputs\\)");

        Path params = saved.resolve("net-0000.params");
        Files.write(params, Arrays.copyOf(Files.readAllBytes(params), 20));
        assertThat(run(0, check)).contains("does not hold parameters", "ends in between");
        Files.write(params, Arrays.copyOf("DJL?".getBytes("UTF-8"), 64));
        assertThat(run(0, check)).contains("does not hold parameters that DJL saved");
    }

    @Test
    void settingsThatComeTooLateAreMarked() throws Exception {
        Files.writeString(
                folder.resolve("serving.properties"),
                "translatorFactory="
                        + FACTORY
                        + "\nquantization=dynamic-int8\nengine=OnnxRuntime\n");
        String plain = run(0, "check", model.toString());
        assertThat(plain)
                .contains("float: nothing names this project's factory")
                .containsPattern(
                        "translatorFactory=\\S+ +IGNORED +serving.properties: read too late")
                .containsPattern("quantization=dynamic-int8 +IGNORED")
                .contains("OnnxRuntime (serving.properties names it)");
        assertThat(run(0, "check", model.toString(), "--serving"))
                .contains("quantized: dynamic-int8")
                .doesNotContain("IGNORED");
        // What the criteria says early lets the rest be read.
        assertThat(run(0, "check", model.toString(), "--arg", "translatorFactory=" + FACTORY))
                .contains("quantized: dynamic-int8");
    }

    @Test
    void whatBlocksIsTold() throws Exception {
        assertThat(
                        run(
                                0,
                                "check",
                                model.toString(),
                                "--engine",
                                "PyTorch",
                                "--arg",
                                "translatorFactory=" + FACTORY))
                .contains("fails", "add optEngine(\"OnnxRuntime\")");
        assertThat(
                        run(
                                0,
                                "check",
                                model.toString(),
                                "--engine",
                                "OnnxRuntime",
                                "--arg",
                                "translatorFactory=" + FACTORY,
                                "--arg",
                                "quantization=static-int8"))
                .contains("a static recipe needs calibration data");
        assertThat(
                        run(
                                0,
                                "check",
                                model.toString(),
                                "--engine",
                                "OnnxRuntime",
                                "--arg",
                                "translatorFactory=" + FACTORY,
                                "--arg",
                                "quantisation=auto"))
                .contains("quantisation: no such argument");
        assertThat(run(3, "check", folder.resolve("none").toString()))
                .contains("there is no model");
    }
}
