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
import ai.djl.nn.BlockFactory;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.DeferredTranslatorFactory;
import ai.djl.translate.NoopTranslator;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djlquant.trace.BlockExport;
import io.github.djlquant.translate.QuantizationTranslatorFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code check} foretells of a folder and its settings is what a Criteria then does. */
class CheckForetellsIT {

    private static final String FACTORY = QuantizationTranslatorFactory.class.getName();
    private static final String OURS = "translatorFactory=" + FACTORY;
    private static final int UNITS = 256;

    private static Model memory;
    private static Block block;

    @TempDir private Path folder;

    @BeforeAll
    static void initialize() {
        memory = Model.newInstance("memory", "PyTorch");
        block = layer();
        block.initialize(memory.getNDManager(), DataType.FLOAT32, new Shape(1, UNITS));
        memory.setBlock(block);
    }

    @AfterAll
    static void close() {
        memory.close();
    }

    private static Block layer() {
        return new SequentialBlock().add(Linear.builder().setUnits(UNITS).build());
    }

    /** The Block, for criteria that say everything by plain strings. */
    public static final class Factory implements BlockFactory {

        private static final long serialVersionUID = 1L;

        /** Creates a factory; DJL does. */
        public Factory() {}

        @Override
        public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments) {
            return layer();
        }
    }

    static Stream<ForetoldLoad> loads() {
        String factory = "blockFactory=" + Factory.class.getName();
        return Stream.of(
                new ForetoldLoad("a TorchScript file", "net.pt").with(OURS).isInt8("PyTorch"),
                new ForetoldLoad("an ONNX file", "net.onnx")
                        .in("OnnxRuntime")
                        .with(OURS)
                        .isInt8("OnnxRuntime"),
                new ForetoldLoad("nobody names us", "net.pt"),
                new ForetoldLoad("the other engine's file", "net.onnx").with(OURS).fails(),
                new ForetoldLoad("a file that would move", "net.pt")
                        .with(OURS, "blockEngine=OnnxRuntime")
                        .fails(),
                new ForetoldLoad("a file that stays", "net.pt")
                        .with(OURS, "blockEngine=PyTorch")
                        .isInt8("PyTorch"),
                new ForetoldLoad("both formats, one engine", "net.pt", "net.onnx")
                        .in("OnnxRuntime")
                        .with(OURS)
                        .isInt8("OnnxRuntime"),
                new ForetoldLoad("the engine as an argument", "net.onnx")
                        .in(null)
                        .with(OURS, "engine=OnnxRuntime")
                        .isInt8("OnnxRuntime"),
                new ForetoldLoad("the engine beside the model", "net.onnx")
                        .in(null)
                        .serving("engine=OnnxRuntime")
                        .with(OURS)
                        .isInt8("OnnxRuntime"),
                new ForetoldLoad("the criteria's engine wins", "net.pt")
                        .serving("engine=OnnxRuntime")
                        .with(OURS)
                        .isInt8("PyTorch"),
                new ForetoldLoad("an engine that is not there", "net.pt")
                        .in("TensorFlow")
                        .with(OURS)
                        .fails(),
                new ForetoldLoad("a name that is not there, but the folder's", "net.pt")
                        .named("other")
                        .with(OURS)
                        .isInt8("PyTorch"),
                new ForetoldLoad("a name that is not there", "third.pt")
                        .named("other")
                        .with(OURS)
                        .fails(),
                new ForetoldLoad("the name as an option", "other.pt")
                        .serving("option.modelName=other")
                        .with(OURS)
                        .isInt8("PyTorch"),
                new ForetoldLoad("the name of a criteria's option", "other.pt")
                        .withOptions("modelName=other")
                        .with(OURS)
                        .isInt8("PyTorch"),
                new ForetoldLoad("a query of the URL", "net.pt").at("?" + OURS).isInt8("PyTorch"),
                new ForetoldLoad("the criteria overrules the URL", "net.pt")
                        .at("?" + OURS)
                        .with("translatorFactory=ai.djl.translate.NoopServingTranslatorFactory"),
                new ForetoldLoad("the URL says how, and nobody names us", "net.pt")
                        .at("?quantization=dynamic-int8"),
                new ForetoldLoad("beside the model, too late", "net.pt")
                        .serving(OURS, "quantization=dynamic-int8"),
                new ForetoldLoad("beside the model, deferred", "net.pt")
                        .serving(OURS, "quantization=dynamic-int8")
                        .defers()
                        .isInt8("PyTorch"),
                new ForetoldLoad("the rest beside the model", "net.pt")
                        .serving("quantization=optimize")
                        .with(OURS)
                        .isInt8("PyTorch"),
                new ForetoldLoad("a recipe overruled", "net.pt")
                        .serving("quantization=static-int8")
                        .with(OURS, "quantization=dynamic-int8")
                        .isInt8("PyTorch"),
                new ForetoldLoad("static without data", "net.pt")
                        .serving("quantization=static-int8")
                        .with(OURS)
                        .fails(),
                new ForetoldLoad("a misspelt argument", "net.pt")
                        .with(OURS, "quantisation=auto")
                        .fails(),
                new ForetoldLoad("a misspelt argument beside the model", "net.pt")
                        .serving("Quantization=dynamic-int8")
                        .with(OURS)
                        .fails(),
                new ForetoldLoad("a Block", "net-0000.params")
                        .withBlock()
                        .with(OURS)
                        .isInt8("PyTorch"),
                new ForetoldLoad("a Block's factory", "net-0000.params")
                        .with(OURS, factory)
                        .isInt8("PyTorch"),
                new ForetoldLoad("a Block's factory beside the model", "net-0000.params")
                        .serving(factory)
                        .with(OURS)
                        .isInt8("PyTorch"),
                new ForetoldLoad("a Block for the other engine", "net-0000.params")
                        .withBlock()
                        .with(OURS, "blockEngine=OnnxRuntime")
                        .isInt8("OnnxRuntime"),
                new ForetoldLoad("a Block for no engine", "net-0000.params")
                        .withBlock()
                        .with(OURS, "blockEngine=Abacus")
                        .fails(),
                new ForetoldLoad("a Block in an engine without Blocks", "net-0000.params")
                        .in("OnnxRuntime")
                        .withBlock()
                        .with(OURS)
                        .fails(),
                new ForetoldLoad("another model's parameters", "other-0000.params")
                        .withBlock()
                        .with(OURS)
                        .fails(),
                new ForetoldLoad("another model's parameters, named", "other-0000.params")
                        .withBlock()
                        .named("other")
                        .with(OURS)
                        .isInt8("PyTorch"),
                new ForetoldLoad("an epoch that is not there", "net-0000.params")
                        .withBlock()
                        .withOptions("epoch=3")
                        .with(OURS)
                        .fails(),
                new ForetoldLoad("a Block beside its file", "net-0000.params", "net.pt")
                        .withBlock()
                        .with(OURS)
                        .isInt8("PyTorch"),
                new ForetoldLoad("a file beside parameters", "net-0000.params", "net.pt")
                        .with(OURS)
                        .isInt8("PyTorch"));
    }

    private Path write(ForetoldLoad load) throws IOException {
        Path place = Files.createDirectories(folder.resolve("net"));
        for (String file : load.files) {
            if (file.endsWith(".params")) {
                memory.save(place, file.substring(0, file.indexOf('-')));
            } else {
                BlockExport.write(block, place.resolve(file), new Shape(-1, UNITS));
            }
        }
        if (load.serving != null) {
            Files.writeString(place.resolve("serving.properties"), load.serving);
        }
        return place;
    }

    private static Map<String, String> map(List<String> pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        pairs.forEach(
                pair ->
                        map.put(
                                pair.substring(0, pair.indexOf('=')),
                                pair.replaceFirst("[^=]*=", "")));
        return map;
    }

    private static JsonObject check(ForetoldLoad load, String url) {
        List<String> command = new ArrayList<>(List.of("check", url, "--json"));
        if (load.engine == null) {
            command.addAll(List.of("--engines", "OnnxRuntime,PyTorch"));
        } else {
            command.addAll(List.of("--engine", load.engine));
        }
        if (load.name != null) {
            command.addAll(List.of("--model-name", load.name));
        }
        if (load.brings) {
            command.add("--block");
        }
        if (load.deferred) {
            command.add("--serving");
        }
        load.arguments.forEach(argument -> command.addAll(List.of("--arg", argument)));
        load.options.forEach(option -> command.addAll(List.of("--option", option)));
        StringWriter out = new StringWriter();
        assertThat(
                        Main.run(
                                new PrintWriter(out),
                                new PrintWriter(out),
                                command.toArray(String[]::new)))
                .as("%s", out)
                .isZero();
        return JsonParser.parseString(out.toString()).getAsJsonObject();
    }

    private static ZooModel<NDList, NDList> load(ForetoldLoad load, String url) throws Exception {
        Criteria.Builder<NDList, NDList> criteria =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelUrls(url)
                        .optEngine(load.engine)
                        .optModelName(load.name);
        if (load.brings) {
            criteria.optBlock(layer());
        }
        if (load.deferred) {
            criteria.optTranslatorFactory(new DeferredTranslatorFactory());
        } else if (load.fate == ForetoldLoad.Fate.FLOAT && load.arguments.isEmpty()) {
            // There is no default for these types.
            criteria.optTranslator(new NoopTranslator());
        }
        map(load.arguments).forEach(criteria::optArgument);
        map(load.options).forEach(criteria::optOption);
        return criteria.build().loadModel();
    }

    private static ForetoldLoad.Fate foretold(JsonObject check) {
        boolean fails = !check.getAsJsonArray("blocked").isEmpty();
        assertThat(check.get("outcome").getAsString().equals("fails")).isEqualTo(fails);
        return fails
                ? ForetoldLoad.Fate.FAILS
                : check.get("quantizes").getAsBoolean()
                        ? ForetoldLoad.Fate.INT8
                        : ForetoldLoad.Fate.FLOAT;
    }

    @ParameterizedTest
    @MethodSource("loads")
    void whatIsForetoldHappens(ForetoldLoad load) throws Exception {
        String url = write(load).toUri() + load.query;
        JsonObject check = check(load, url);
        ForetoldLoad.Fate fate;
        String engine = null;
        String runsIn = null;
        String failure = null;
        try (ZooModel<NDList, NDList> model = load(load, url)) {
            runsIn = model.getProperty("djl-quant.engine");
            engine = model.getNDManager().getEngine().getEngineName();
            fate = runsIn == null ? ForetoldLoad.Fate.FLOAT : ForetoldLoad.Fate.INT8;
        } catch (Exception e) {
            fate = ForetoldLoad.Fate.FAILS;
            failure = e.toString();
        }
        assertThat(fate).as("what DJL does: %s", failure).isEqualTo(load.fate);
        assertThat(foretold(check)).as("%s", check).isEqualTo(fate);
        assertThat(runsIn).isEqualTo(load.runsIn);
        if (engine != null) {
            assertThat(check.get("engine").getAsString()).isEqualTo(engine);
        }
        if (runsIn != null) {
            assertThat(check.get("runsIn").getAsString()).isEqualTo(runsIn);
        }
    }

    /** The application need not have the engines of this program. */
    @Test
    void whatDependsOnTheClassPathIsTold() throws Exception {
        String file = write(new ForetoldLoad("", "net.onnx")).resolve("net.onnx").toString();
        StringWriter out = new StringWriter();
        int code =
                Main.run(
                        new PrintWriter(out),
                        new PrintWriter(out),
                        "check",
                        file,
                        "--arg",
                        OURS,
                        "--arg",
                        "quantization=dynamic-int8");
        assertThat(code).isZero();
        assertThat(out.toString())
                .containsPattern("outcome +quantized: dynamic-int8")
                .containsPattern(
                        "engine +OnnxRuntime \\(DJL's choice with OnnxRuntime on the class path")
                .containsPattern(
                        "else +with OnnxRuntime and PyTorch on the class path: engine PyTorch, fails")
                .contains("optEngine(\"OnnxRuntime\")");
    }
}
