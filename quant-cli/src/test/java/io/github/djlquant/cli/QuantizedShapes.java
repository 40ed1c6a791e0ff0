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

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.djlquant.cli.demo.ShapesDemo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The shipped network, quantized once for the commands of a class. */
abstract class QuantizedShapes {

    @TempDir static Path home;
    static Path source;
    static Path data;
    static Path test;
    static Path labels;
    static Path quantized;
    static CommandRun quantizing;

    @BeforeAll
    static void quantize() throws IOException {
        source = ShapesDemo.in(home).model();
        data = Files.createDirectory(home.resolve("calibration"));
        RenderedData.write(data.resolve("a.npz"), 0, 60);
        RenderedData.write(data.resolve("b.npz"), 60, 40);
        test = home.resolve("test.npz");
        labels = RenderedData.writeLabelled(test, home.resolve("test.txt"), 200);
        quantized = home.resolve("int8.onnx");
        quantizing = quantize(quantized, "--json");
    }

    /** Quantizes the source with the data. */
    static CommandRun quantize(Path output, Object... options) {
        Stream<Object> words = Stream.of("quantize", source, "-o", output, "--calibrate", data);
        return CommandRun.of(Stream.concat(words, Stream.of(options)).toArray());
    }

    static JsonObject json(CommandRun run) {
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }
}
