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
import io.github.djlquant.translate.CacheEntry;
import io.github.djlquant.translate.QuantizationCache;
import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cache list|clear}: the models that the Criteria option has quantized. */
@Command(
        name = "cache",
        header = "List or remove the models that were quantized while DJL loaded them.",
        description = {
            "",
            "The cache lies in DJL's own (DJL_CACHE_DIR, or .djl.ai in the home folder) and keeps"
                    + " within DJL_QUANT_CACHE_MAX_MB megabytes by itself."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n")
final class CacheCommand {

    @Spec private CommandSpec spec;

    @Command(
            name = "list",
            header = "List the entries; the one not used for the longest time comes first.",
            mixinStandardHelpOptions = true,
            optionListHeading = "%nOptions:%n")
    void list(
            @Option(names = "--json", description = "Print one JSON document and nothing else.")
                    boolean json) {
        print(QuantizationCache.entries(), json, "entries");
    }

    @Command(
            name = "clear",
            header = "Remove all entries that nobody is making or opening at this moment.",
            mixinStandardHelpOptions = true,
            optionListHeading = "%nOptions:%n")
    void clear(
            @Option(names = "--json", description = "Print one JSON document and nothing else.")
                    boolean json) {
        print(QuantizationCache.clear(), json, "removed");
    }

    private void print(List<CacheEntry> entries, boolean json, String what) {
        PrintWriter out = Terminal.out(spec);
        if (json) {
            JsonObject document = new JsonObject();
            document.addProperty("folder", QuantizationCache.folder().toString());
            document.addProperty("bytes", bytes(entries));
            JsonArray array = new JsonArray();
            entries.forEach(entry -> array.add(document(entry)));
            document.add(what, array);
            out.println(Json.print(document));
        } else {
            TextTable table = new TextTable();
            for (CacheEntry entry : entries) {
                table.row(
                        entry.key(),
                        String.format(Locale.ROOT, "%,d", entry.bytes()),
                        entry.used().truncatedTo(ChronoUnit.SECONDS).toString(),
                        entry.whole() ? entry.recipe() : "not whole",
                        entry.whole() ? entry.target() : "",
                        entry.whole() ? entry.source().toString() : "");
            }
            out.print(table);
            out.printf(
                    Locale.ROOT,
                    "%d %s, %,d bytes, %s%n",
                    entries.size(),
                    what,
                    bytes(entries),
                    QuantizationCache.folder());
        }
        out.flush();
    }

    private static long bytes(List<CacheEntry> entries) {
        return entries.stream().mapToLong(CacheEntry::bytes).sum();
    }

    private static JsonObject document(CacheEntry entry) {
        JsonObject document = new JsonObject();
        document.addProperty("key", entry.key());
        document.addProperty("folder", entry.folder().toString());
        document.addProperty("bytes", entry.bytes());
        document.addProperty("used", entry.used().toString());
        document.addProperty("whole", entry.whole());
        document.addProperty("file", string(entry.file()));
        document.addProperty("source", string(entry.source()));
        document.addProperty("recipe", entry.recipe());
        document.addProperty("target", entry.target());
        document.addProperty("engine", entry.engine());
        return document;
    }

    private static String string(Object value) {
        return value == null ? null : value.toString();
    }
}
