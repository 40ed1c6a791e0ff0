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
package io.github.djlquant.calibrate;

import io.github.djlquant.calibrate.text.FastTokenizer;
import io.github.djlquant.calibrate.text.TextFile;
import io.github.djlquant.calibrate.text.TextRow;
import io.github.djlquant.calibrate.text.TokenizerSettings;
import io.github.djlquant.calibrate.text.Tokens;
import io.github.djlquant.graph.Tensor;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;

/**
 * Reads texts. Where the model leaves the number of tokens open, samples of the same length make a
 * batch, so that none is filled up: what stands at filled places is no output of anybody's, but
 * would count in ranges. For that the samples are taken in windows of {@value #WINDOW}, each sorted
 * by length and then shuffled by batches (long texts must not all come last); which samples are
 * used is not changed by it. Where the model fixes the number of tokens or of rows, the order is
 * the file's.
 */
final class TextSource implements TensorSource {

    /** Samples that are held at once: a few MB, and enough to find some of each length. */
    private static final int WINDOW = 1024;

    /** Texts that go to the tokenizer in one call. */
    private static final int CHUNK = 64;

    private final Path file;
    private final TextInputs inputs;
    private final TokenizerSettings settings;
    private final boolean sorted;
    private final int batchSize;
    private final long limit;
    private final long count;
    private final FastTokenizer tokenizer;
    private final TextFile texts;
    private final Deque<List<Sample>> batches = new ArrayDeque<>();
    private List<Long> samples = List.of();
    private long read;

    /** A tokenized row of the file; the index counts from 0. */
    private record Sample(long index, Tokens tokens) {}

    TextSource(Path file, TextPreprocessing text, FeedSpec spec) {
        this.file = file;
        this.inputs = new TextInputs(spec, file);
        this.settings = settings(text, inputs);
        this.sorted = inputs.fixedLength() == 0 && spec.fixedRows() <= 1;
        this.batchSize = spec.batchSize();
        this.limit = spec.samples();
        this.count = count(file, text, limit);
        this.tokenizer = FastTokenizer.open(text.tokenizer(), settings.maxLength());
        this.texts = TextFile.open(file, text.columns());
    }

    private static TokenizerSettings settings(TextPreprocessing text, TextInputs inputs) {
        TokenizerSettings own = TokenizerSettings.read(text.tokenizer());
        long most = text.maxTokens() > 0 ? text.maxTokens() : own.maxLength();
        if (inputs.fixedLength() > 0) {
            most =
                    text.maxTokens() > 0
                            ? Math.min(most, inputs.fixedLength())
                            : inputs.fixedLength();
        }
        return new TokenizerSettings(
                Math.toIntExact(most), own.padId(), own.padType(), own.padLeft());
    }

    /** Reading a file twice is cheap beside running a model, and errors come before the work. */
    private static long count(Path file, TextPreprocessing text, long most) {
        try (TextFile texts = TextFile.open(file, text.columns())) {
            long rows = 0;
            while (rows < most && texts.next() != null) {
                rows++;
            }
            return rows;
        }
    }

    @Override
    public Map<String, Tensor> next(int rows) {
        if (batches.isEmpty()) {
            fill(sorted ? WINDOW : rows);
        }
        List<Sample> batch = batches.poll();
        if (batch == null) {
            return null;
        }
        samples = batch.stream().map(Sample::index).toList();
        List<Tokens> tokens = batch.stream().map(Sample::tokens).toList();
        int longest = tokens.stream().mapToInt(Tokens::length).max().orElse(0);
        int length = inputs.fixedLength() > 0 ? (int) inputs.fixedLength() : longest;
        return inputs.batch(tokens, length, settings);
    }

    private void fill(int rows) {
        List<Sample> window = new ArrayList<>();
        int wanted = (int) Math.min(rows, count - read);
        while (window.size() < wanted) {
            List<TextRow> chunk = new ArrayList<>();
            while (chunk.size() < Math.min(CHUNK, wanted - window.size())) {
                chunk.add(texts.next());
            }
            for (Tokens tokens : tokenizer.encode(chunk)) {
                window.add(new Sample(read++, tokens));
            }
        }
        if (sorted) {
            sortIntoBatches(window);
        } else if (!window.isEmpty()) {
            batches.add(window);
        }
    }

    private void sortIntoBatches(List<Sample> window) {
        Map<Integer, List<Sample>> lengths = new TreeMap<>();
        for (Sample sample : window) {
            lengths.computeIfAbsent(sample.tokens().length(), l -> new ArrayList<>()).add(sample);
        }
        List<List<Sample>> cut = new ArrayList<>();
        for (List<Sample> same : lengths.values()) {
            for (int from = 0; from < same.size(); from += batchSize) {
                cut.add(same.subList(from, Math.min(same.size(), from + batchSize)));
            }
        }
        // Same seed, same order: a calibration can go on where it was interrupted.
        Collections.shuffle(cut, new Random(0));
        batches.addAll(cut);
    }

    @Override
    public List<Long> samples() {
        return samples;
    }

    @Override
    public String description() {
        return file.toString();
    }

    @Override
    public OptionalLong rows() {
        return OptionalLong.of(count);
    }

    /** Nobody has looked behind the limit. */
    @Override
    public OptionalLong rowsOfData() {
        return count < limit ? OptionalLong.of(count) : OptionalLong.empty();
    }

    @Override
    public void close() {
        try (FastTokenizer first = tokenizer;
                TextFile second = texts) {
            batches.clear();
        }
    }
}
