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
package io.github.djlquant.benchmarks;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs a process whose last line on standard output is a JSON object. */
final class Child {

    private Child() {}

    /**
     * Runs a main class in a fresh JVM with the same class path.
     *
     * @param main the class
     * @param settings of the JVM
     * @param arguments its arguments
     * @return what it printed, with {@code wallSeconds} of the whole process added
     */
    static JsonObject java(Class<?> main, List<String> settings, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.add("-XX:+UseSerialGC");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(settings);
        command.add(main.getName());
        command.addAll(arguments);
        return run(command);
    }

    static JsonObject run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        long start = System.nanoTime();
        Process process = builder.start();
        String out =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int status = process.waitFor();
        double wall = (System.nanoTime() - start) / 1e9;
        if (status != 0) {
            throw new IOException("status " + status + " of " + command + ": " + out);
        }
        JsonObject result =
                JsonParser.parseString(out.substring(out.lastIndexOf('\n') + 1)).getAsJsonObject();
        result.addProperty("wallSeconds", wall);
        return result;
    }
}
