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

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.djlquant.translate.LoadCheck;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code check LOCATION}: what DJL will do with a model and its settings. */
@Command(
        name = "check",
        header = "Tell what happens when DJL loads a model: engine, file, inputs, settings, cache.",
        description = {
            "",
            "Nothing is loaded, quantized or downloaded. Settings that DJL reads too late, such as a"
                    + " translatorFactory that only serving.properties names, are marked. Where"
                    + " nobody names an engine, DJL takes one of the application's class path,"
                    + " which --engines tells."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  djl-quant check models/resnet/",
            "  djl-quant check 'file:///models/bert.onnx?quantization=dynamic-int8' \\",
            "      --engine OnnxRuntime",
            "  djl-quant check models/resnet/ --arg quantization=auto \\",
            "      --arg calibration=photos/"
        })
final class CheckCommand implements Runnable {

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "LOCATION",
            description = "A model's file, its folder, or a URL as Criteria.optModelUrls takes it.")
    private String location;

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            description = "What Criteria.optEngine says, such as OnnxRuntime or PyTorch.")
    private String engine;

    @Option(
            names = "--engines",
            paramLabel = "ENGINE",
            split = ",",
            description =
                    "The engines on the application's class path, such as OnnxRuntime,PyTorch."
                            + " Default: each alone, and all.")
    private Set<String> engines = new LinkedHashSet<>();

    @Option(
            names = "--model-name",
            paramLabel = "NAME",
            description = "What Criteria.optModelName says.")
    private String modelName;

    @Option(
            names = "--block",
            description = "The criteria brings a Block (optBlock), which takes saved parameters.")
    private boolean block;

    @Option(
            names = "--arg",
            paramLabel = "NAME=VALUE",
            description = "What Criteria.optArgument says; may be repeated.")
    private Map<String, String> arguments = new LinkedHashMap<>();

    @Option(
            names = "--option",
            paramLabel = "NAME=VALUE",
            description = "What Criteria.optOption says; may be repeated.")
    private Map<String, String> options = new LinkedHashMap<>();

    @Option(
            names = "--filter",
            paramLabel = "NAME=VALUE",
            description = "What Criteria.optFilter says; may be repeated.")
    private Map<String, String> filters = new LinkedHashMap<>();

    @Option(
            names = "--serving",
            description =
                    "The types are DJL's Input and Output, as in DJL Serving, or the criteria has"
                            + " DJL's DeferredTranslatorFactory.")
    private boolean serving;

    @Option(names = "--json", description = "Print one JSON document and nothing else.")
    private boolean json;

    @Override
    public void run() {
        CheckedClassPaths checked = CheckedClassPaths.of(this::question, engines, location);
        PrintWriter out = Terminal.out(spec);
        if (json) {
            out.println(Json.print(document(checked)));
        } else {
            out.print(text(checked));
        }
        out.flush();
    }

    private LoadCheck.Question question() {
        return new LoadCheck.Question()
                .optEngine(engine)
                .optModelName(modelName)
                .optBlock(block)
                .optArguments(arguments)
                .optOptions(options)
                .optFilters(filters)
                .optServingTypes(serving);
    }

    private static String text(CheckedClassPaths checked) {
        LoadCheck check = checked.check();
        TextTable facts = new TextTable();
        StringBuilder text = new StringBuilder();
        line(text, "outcome", check.outcome());
        check.blocked().forEach(reason -> line(text, "blocked", reason));
        line(text, "engine", check.engine() + " (" + reason(checked) + ")");
        if (check.runsIn() != null && !check.runsIn().equals(check.engine())) {
            line(text, "runs in", check.runsIn() + " (blockEngine), quantized");
        }
        line(text, "model", check.kind() + (check.file() == null ? "" : ", " + check.file()));
        if (check.blockInputs() != null) {
            line(text, "inputs", check.blockInputs());
        }
        line(text, "cached", cached(check));
        for (CheckedClassPaths.Other other : checked.others()) {
            line(
                    text,
                    "else",
                    "with "
                            + other.text()
                            + " on the class path: engine "
                            + other.check().engine()
                            + ", "
                            + summary(other.check()));
        }
        for (LoadCheck.Setting setting : check.settings()) {
            facts.row(
                    "  " + setting.name() + "=" + setting.value(),
                    setting.heeded() ? "read" : "IGNORED",
                    setting.origin() + ": " + setting.remark());
        }
        return text.append(facts).toString();
    }

    private static String reason(CheckedClassPaths checked) {
        return checked.alike().isEmpty()
                ? checked.check().engineReason()
                : "DJL's choice with "
                        + String.join(", or with ", checked.alike())
                        + " on the class path; optEngine(\""
                        + checked.check().engine()
                        + "\") makes sure";
    }

    private static String cached(LoadCheck check) {
        if (check.cached() != null) {
            return check.cached().toString();
        }
        return check.blockInputs() == null ? "no" : "not known before the Block is loaded";
    }

    private static String summary(LoadCheck check) {
        return check.blocked().isEmpty()
                ? check.outcome()
                : "fails: " + String.join("; ", check.blocked());
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format("%-8s %s%n", name, value));
    }

    private static JsonObject document(CheckedClassPaths checked) {
        JsonObject document = document(checked.check());
        JsonArray others = new JsonArray();
        for (CheckedClassPaths.Other other : checked.others()) {
            JsonObject entry = document(other.check());
            JsonArray present = new JsonArray();
            new TreeSet<>(other.engines()).forEach(present::add);
            entry.add("engines", present);
            others.add(entry);
        }
        document.add("otherClassPaths", others);
        return document;
    }

    private static JsonObject document(LoadCheck check) {
        JsonObject document = new JsonObject();
        document.addProperty("location", check.location());
        document.addProperty("outcome", check.outcome());
        document.addProperty("quantizes", check.quantizes());
        document.addProperty("engine", check.engine());
        document.addProperty("engineReason", check.engineReason());
        document.addProperty("engineNamed", check.engineNamed());
        document.addProperty("runsIn", check.runsIn());
        document.addProperty("kind", check.kind());
        document.addProperty("blockInputs", check.blockInputs());
        document.addProperty("folder", string(check.folder()));
        document.addProperty("file", string(check.file()));
        document.addProperty("cached", string(check.cached()));
        JsonArray blocked = new JsonArray();
        check.blocked().forEach(blocked::add);
        document.add("blocked", blocked);
        JsonArray settings = new JsonArray();
        for (LoadCheck.Setting setting : check.settings()) {
            JsonObject entry = new JsonObject();
            entry.addProperty("name", setting.name());
            entry.addProperty("value", setting.value());
            entry.addProperty("origin", setting.origin());
            entry.addProperty("heeded", setting.heeded());
            entry.addProperty("remark", setting.remark());
            settings.add(entry);
        }
        document.add("settings", settings);
        return document;
    }

    private static String string(Object value) {
        return value == null ? null : value.toString();
    }
}
