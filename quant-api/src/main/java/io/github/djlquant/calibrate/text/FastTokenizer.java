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
package io.github.djlquant.calibrate.text;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.util.PairList;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Hugging Face tokenizer, run by DJL's {@code ai.djl.huggingface:tokenizers}, which whoever has
 * texts as data adds to the class path.
 */
public final class FastTokenizer implements AutoCloseable {

    private static final String LIBRARY = "ai.djl.huggingface.tokenizers.HuggingFaceTokenizer";

    private final Path file;
    private final HuggingFaceTokenizer tokenizer;

    private FastTokenizer(Path file, HuggingFaceTokenizer tokenizer) {
        this.file = file;
        this.tokenizer = tokenizer;
    }

    /**
     * Opens a tokenizer.
     *
     * @param file a {@code tokenizer.json}
     * @param maxLength the most tokens of a sample; longer ones are cut
     * @return the tokenizer; to be closed
     * @throws CalibrationException if the library is missing or does not load, or the file is no
     *     tokenizer
     */
    public static FastTokenizer open(Path file, int maxLength) {
        requireLibrary(file);
        Map<String, String> options =
                Map.of(
                        "padding",
                        "false",
                        "truncation",
                        "true",
                        "maxLength",
                        Integer.toString(maxLength),
                        "modelMaxLength",
                        Integer.toString(maxLength));
        try (InputStream json = Files.newInputStream(file)) {
            return new FastTokenizer(file, HuggingFaceTokenizer.newInstance(json, options));
        } catch (EngineException | UnsatisfiedLinkError e) {
            throw new CalibrationException(
                    Problem.of("the library of tokenizers does not load on this machine")
                            .in(file)
                            .actual(e.getMessage())
                            .next(
                                    "Prepare the inputs where it does, as an .npz file with one"
                                            + " array per input"),
                    e);
        } catch (IOException | RuntimeException e) {
            // What the native code throws has no type of its own.
            throw TokenizerSettings.malformed(file, e);
        }
    }

    private static void requireLibrary(Path file) {
        try {
            Class.forName(LIBRARY, false, FastTokenizer.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new CalibrationException(
                    Problem.of("texts need a library that is not on the class path")
                            .in(file)
                            .expected("ai.djl.huggingface:tokenizers, in the version of DJL's api")
                            .next("Add the dependency, or prepare the inputs as an .npz file"),
                    e);
        }
    }

    /**
     * Takes texts apart.
     *
     * @param rows samples, all of one text or all of two
     * @return the tokens of each, special ones included, without padding
     * @throws CalibrationException if the tokenizer fails
     */
    public List<Tokens> encode(List<TextRow> rows) {
        try {
            Encoding[] encodings =
                    rows.get(0).texts().size() == 1
                            ? tokenizer.batchEncode(
                                    rows.stream().map(row -> row.texts().get(0)).toList())
                            : tokenizer.batchEncode(pairs(rows));
            List<Tokens> tokens = new ArrayList<>(encodings.length);
            for (Encoding encoding : encodings) {
                tokens.add(new Tokens(encoding.getIds(), encoding.getTypeIds()));
            }
            return tokens;
        } catch (RuntimeException e) {
            throw new CalibrationException(
                    Problem.of("the tokenizer fails")
                            .in(file)
                            .at("lines from " + rows.get(0).line() + " on")
                            .actual(e.getMessage()),
                    e);
        }
    }

    private static PairList<String, String> pairs(List<TextRow> rows) {
        PairList<String, String> pairs = new PairList<>(rows.size());
        rows.forEach(row -> pairs.add(row.texts().get(0), row.texts().get(1)));
        return pairs;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
