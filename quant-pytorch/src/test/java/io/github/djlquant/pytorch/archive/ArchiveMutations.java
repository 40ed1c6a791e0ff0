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
package io.github.djlquant.pytorch.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;

/** Damages archives, the same way for the same seed. */
public final class ArchiveMutations {

    private static final Pattern TOKEN = Pattern.compile("\\w+|\\s+|[^\\w\\s]");

    private static final List<String> NUMBERS =
            List.of(
                    "0",
                    "-1",
                    "1",
                    "2",
                    "3",
                    "7",
                    "65",
                    "1e30",
                    "9223372036854775807",
                    "None",
                    "x");

    private ArchiveMutations() {}

    /** What is damaged. */
    public enum Kind {
        /** Any bytes of the file. */
        FILE,
        /** The content of an entry, most often of the pickle, under a right check sum. */
        ENTRY,
        /** The words of the source text. */
        SOURCE
    }

    /**
     * Damages an archive.
     *
     * @param source the archive
     * @param target the file to write, which must be a new one
     * @param kind what is damaged
     * @param seed decides how
     */
    public static void damage(Path source, Path target, Kind kind, long seed) throws IOException {
        // Neighbouring seeds of Random begin alike.
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        if (kind == Kind.FILE) {
            Files.write(target, bytes(Files.readAllBytes(source), random));
            return;
        }
        ZipMaker maker = ZipMaker.of(source);
        String ending = kind == Kind.SOURCE ? ".py" : "/data.pkl";
        List<String> wanted = maker.names().stream().filter(n -> n.endsWith(ending)).toList();
        List<String> names = kind == Kind.ENTRY && random.nextInt(4) == 0 ? maker.names() : wanted;
        String entry = names.get(random.nextInt(names.size()));
        byte[] content = maker.content(entry);
        maker.put(
                entry,
                kind == Kind.SOURCE ? source(content, random) : bytes(content, random),
                random.nextBoolean() ? ZipEntry.STORED : ZipEntry.DEFLATED);
        maker.write(target);
    }

    /** Replaces, removes, doubles or exchanges one to three words or lines. */
    private static byte[] source(byte[] content, Random random) {
        String text = new String(content, StandardCharsets.UTF_8);
        for (int times = 1 + random.nextInt(3); times > 0; times--) {
            text = random.nextInt(4) == 0 ? lines(text, random) : words(text, random);
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String lines(String text, Random random) {
        List<String> lines = new ArrayList<>(text.lines().toList());
        if (lines.isEmpty()) {
            return text;
        }
        int at = random.nextInt(lines.size());
        switch (random.nextInt(3)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.add(random.nextInt(lines.size()), lines.get(at));
            default ->
                    lines.set(at, lines.get(at).replaceFirst("^ *", " ".repeat(random.nextInt(9))));
        }
        return String.join("\n", lines) + "\n";
    }

    private static String words(String text, Random random) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(text);
        while (matcher.find()) {
            tokens.add(matcher.group());
        }
        List<Integer> words = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            if (!tokens.get(i).isBlank()) {
                words.add(i);
            }
        }
        if (words.isEmpty()) {
            return text;
        }
        int at = words.get(random.nextInt(words.size()));
        int other = words.get(random.nextInt(words.size()));
        switch (random.nextInt(5)) {
            case 0 -> tokens.set(at, tokens.get(other));
            case 1 -> tokens.set(at, "");
            case 2 -> tokens.set(at, tokens.get(at) + tokens.get(at));
            case 3 -> tokens.set(at, NUMBERS.get(random.nextInt(NUMBERS.size())));
            default -> {
                String word = tokens.get(at);
                tokens.set(at, tokens.get(other));
                tokens.set(other, word);
            }
        }
        return String.join("", tokens);
    }

    /** Changes a byte a little, or damages one to three places at will. */
    private static byte[] bytes(byte[] source, Random random) {
        byte[] bytes = source;
        if (random.nextInt(3) > 0 && bytes.length > 0) {
            // Another size, number, letter or instruction.
            int at = random.nextInt(bytes.length);
            int step = random.nextInt(1, 5) * (random.nextBoolean() ? 1 : -1);
            return splice(bytes, at, 1, new byte[] {(byte) (bytes[at] + step)});
        }
        for (int times = 1 + random.nextInt(3); times > 0; times--) {
            int at = random.nextInt(bytes.length + 1);
            int length = Math.min(bytes.length - at, 1 + random.nextInt(9));
            byte[] piece = new byte[1 + random.nextInt(8)];
            random.nextBytes(piece);
            switch (random.nextInt(6)) {
                case 0 -> bytes = splice(bytes, at, Math.min(length, 1), new byte[] {piece[0]});
                case 1 -> bytes = splice(bytes, at, 0, piece);
                case 2 -> bytes = splice(bytes, at, length, new byte[0]);
                case 3 -> bytes = splice(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + length));
                case 4 -> {
                    Arrays.fill(piece, (byte) (random.nextBoolean() ? 0xff : 0));
                    bytes = splice(bytes, at, Math.min(length, piece.length), piece);
                }
                default -> {
                    int from = random.nextInt(bytes.length + 1);
                    int end = Math.min(bytes.length, from + 1 + random.nextInt(60));
                    bytes = splice(bytes, at, 0, Arrays.copyOfRange(bytes, from, end));
                }
            }
        }
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int at, int removed, byte[] added) {
        byte[] result = new byte[bytes.length - removed + added.length];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(added, 0, result, at, added.length);
        System.arraycopy(
                bytes, at + removed, result, at + added.length, bytes.length - at - removed);
        return result;
    }
}
