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
import java.util.Map;
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
                    + " translatorFactory that only serving.properties names, are marked."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  djl-quant check models/resnet/",
            "  djl-quant check 'file:///models/bert.onnx?quantization=dynamic-int8' --engine OnnxRuntime",
            "  djl-quant check models/resnet/ --arg quantization=auto --arg calibration=photos/"
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
            names = "--arg",
            paramLabel = "NAME=VALUE",
            description = "What Criteria.optArgument says; may be repeated.")
    private Map<String, String> arguments = new LinkedHashMap<>();

    @Option(
            names = "--filter",
            paramLabel = "NAME=VALUE",
            description = "What Criteria.optFilter says; may be repeated.")
    private Map<String, String> filters = new LinkedHashMap<>();

    @Option(
            names = "--serving",
            description = "The types are DJL's Input and Output, as in DJL Serving.")
    private boolean serving;

    @Option(names = "--json", description = "Print one JSON document and nothing else.")
    private boolean json;

    @Override
    public void run() {
        LoadCheck check =
                new LoadCheck.Question()
                        .optEngine(engine)
                        .optArguments(arguments)
                        .optFilters(filters)
                        .optServingTypes(serving)
                        .about(location);
        PrintWriter out = Terminal.out(spec);
        if (json) {
            out.println(Json.print(document(check)));
        } else {
            out.print(text(check));
        }
        out.flush();
    }

    private static String text(LoadCheck check) {
        TextTable facts = new TextTable();
        StringBuilder text = new StringBuilder();
        line(text, "outcome", check.outcome());
        check.blocked().forEach(reason -> line(text, "blocked", reason));
        line(text, "engine", check.engine() + " (" + check.engineReason() + ")");
        line(text, "model", check.kind() + (check.file() == null ? "" : ", " + check.file()));
        if (check.blockInputs() != null) {
            line(text, "inputs", check.blockInputs());
        }
        line(text, "cached", check.cached() == null ? "no" : check.cached().toString());
        for (LoadCheck.Setting setting : check.settings()) {
            facts.row(
                    "  " + setting.name() + "=" + setting.value(),
                    setting.heeded() ? "read" : "IGNORED",
                    setting.origin() + ": " + setting.remark());
        }
        return text.append(facts).toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format("%-8s %s%n", name, value));
    }

    private static JsonObject document(LoadCheck check) {
        JsonObject document = new JsonObject();
        document.addProperty("location", check.location());
        document.addProperty("outcome", check.outcome());
        document.addProperty("quantizes", check.quantizes());
        document.addProperty("engine", check.engine());
        document.addProperty("engineReason", check.engineReason());
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
