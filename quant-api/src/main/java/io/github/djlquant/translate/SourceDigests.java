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
package io.github.djlquant.translate;

import io.github.djlquant.FileDigest;
import io.github.djlquant.trace.TraceMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Digests of float models, kept beside the cache's entries: reading a model whole, or tracing it,
 * costs more than opening its quantized form.
 *
 * <p>What is kept counts as long as every file has the size, the times and the identity that it had
 * when it was read. Where the file system tells it (POSIX), the time of the last change of state is
 * one of them, which no program can set back. A file that was changed less than two seconds before
 * it was read is not kept: another change within the clock's step would not show.
 *
 * @param root the cache's folder
 */
record SourceDigests(Path root) {

    private static final Logger LOGGER = LoggerFactory.getLogger(SourceDigests.class);

    private static final String FOLDER = "digests";

    private static final String TRACES = "traces";

    /** The coarsest clock of a file system that is in use (FAT). */
    private static final long CLOCK_MILLIS = 2000;

    /** Beyond this all are forgotten; they are made anew. */
    private static final int MOST = 1000;

    /** A damaged file may have any size. */
    private static final long MOST_BYTES = 1 << 20;

    /** The traces of large networks, two or three kilobytes a layer. */
    private static final long MOST_BYTES_OF_TRACES = 1 << 24;

    private NoteFolder files() {
        return new NoteFolder(root.resolve(FOLDER), MOST, MOST_BYTES);
    }

    private NoteFolder traces() {
        return new NoteFolder(root.resolve(TRACES), MOST, MOST_BYTES_OF_TRACES);
    }

    /**
     * Finds what is kept of the last trace of a Block of the same make.
     *
     * @param name stands for its classes and place
     */
    Optional<TraceMemory> trace(String name) {
        try {
            return traces().read(name).flatMap(TraceMemory::parse);
        } catch (IOException e) {
            LOGGER.debug("the trace {} can't be read: {}", name, e.getMessage());
            return Optional.empty();
        }
    }

    /** Keeps a trace, in the place of another one of the same name. */
    void keep(String name, TraceMemory trace) {
        try {
            Files.createDirectories(root);
            traces().write(name, trace.lines());
        } catch (IOException e) {
            LOGGER.debug("the trace {} is not kept: {}", name, e.getMessage());
        }
    }

    /**
     * What shows that a file is the same, unread.
     *
     * @param given the absolute path under which it is known
     * @param modified time of the last change of the contents
     * @param line size, times and identity (number and time of the last change of state on POSIX,
     *     else the file's key) and the path with links followed
     */
    private record Stamp(String given, Instant modified, String line) {

        static Stamp of(Path file) throws IOException {
            Path real = file.toRealPath();
            BasicFileAttributes basic = Files.readAttributes(real, BasicFileAttributes.class);
            Instant modified = basic.lastModifiedTime().toInstant();
            String line =
                    String.join(
                            " ",
                            Long.toString(basic.size()),
                            modified.toString(),
                            identity(real, basic),
                            real.toString());
            return new Stamp(file.toAbsolutePath().toString(), modified, line);
        }

        private static String identity(Path real, BasicFileAttributes basic) throws IOException {
            if (!real.getFileSystem().supportedFileAttributeViews().contains("unix")) {
                return String.valueOf(basic.fileKey());
            }
            Map<String, Object> unix = Files.readAttributes(real, "unix:dev,ino,ctime");
            return unix.get("dev") + " " + unix.get("ino") + " " + unix.get("ctime");
        }

        boolean isOlderThan(Instant time) {
            return modified.isBefore(time);
        }
    }

    /** Finds or computes the SHA-256 of the contents of files, one after the other. */
    String of(List<Path> files) {
        List<String> given = new ArrayList<>();
        files.forEach(file -> given.add(file.toAbsolutePath().toString()));
        return of(name(given), files, () -> files, kept -> paths(kept).equals(given));
    }

    /**
     * The same of a model, whose file tells which others belong to it. As long as that file is the
     * same it names the same ones, and is not read to know them.
     *
     * @param model the model's file
     * @param files finds all files of the model, its own first
     */
    String ofModel(Path model, Supplier<List<Path>> files) {
        String given = model.toAbsolutePath().toString();
        return of(
                name(List.of("model", given)),
                List.of(model),
                files,
                kept -> paths(kept).indexOf(given) == 0);
    }

    /**
     * A note holds the digest, then of each file its path and its stamp.
     *
     * @param known files that are known before all are found, the first of all
     * @param fits whether a note is of these files: names may collide
     */
    private String of(
            String name,
            List<Path> known,
            Supplier<List<Path>> files,
            Predicate<List<String>> fits) {
        try {
            Optional<List<String>> kept = files().read(name);
            if (kept.isPresent()
                    && !kept.get().isEmpty()
                    && fits.test(kept.get())
                    && isCurrent(kept.get())) {
                return kept.get().get(0);
            }
        } catch (IOException | InvalidPathException e) {
            LOGGER.debug("what is kept of {} can't be compared: {}", known, e.getMessage());
        }
        try {
            return compute(name, known, files);
        } catch (IOException e) {
            // What can't be looked at is not kept either; reading it tells what is wrong.
            LOGGER.debug("no digest is kept of {}: {}", known, e.getMessage());
            return FileDigest.sha256(files.get());
        }
    }

    private String compute(String name, List<Path> known, Supplier<List<Path>> files)
            throws IOException {
        List<Stamp> first = stamps(known);
        Instant settled = Instant.now().minusMillis(CLOCK_MILLIS);
        List<Path> all = files.get();
        List<Stamp> before = stamps(all);
        String digest = FileDigest.sha256(all);
        if (before.subList(0, known.size()).equals(first)
                && before.stream().allMatch(s -> s.isOlderThan(settled))
                && before.equals(stamps(all))) {
            List<String> note = new ArrayList<>(List.of(digest));
            for (Stamp stamp : before) {
                note.add(stamp.given());
                note.add(stamp.line());
            }
            files().write(name, note);
        }
        return digest;
    }

    private static List<String> paths(List<String> kept) {
        List<String> paths = new ArrayList<>();
        for (int i = 1; i < kept.size(); i += 2) {
            paths.add(kept.get(i));
        }
        return paths;
    }

    /** Tells whether all files of a note are as they were. */
    private static boolean isCurrent(List<String> kept) throws IOException {
        for (int i = 1; i < kept.size(); i += 2) {
            Path file = Path.of(kept.get(i));
            if (i + 1 == kept.size() || !Stamp.of(file).line().equals(kept.get(i + 1))) {
                return false;
            }
        }
        return true;
    }

    private static List<Stamp> stamps(List<Path> files) throws IOException {
        List<Stamp> stamps = new ArrayList<>();
        for (Path file : files) {
            stamps.add(Stamp.of(file));
        }
        return stamps;
    }

    /** Collisions of names do no harm: notes hold paths. */
    private static String name(List<String> asked) {
        String text = String.join("\0", asked);
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** Forgets all. */
    void clear() throws IOException {
        files().clear();
        traces().clear();
    }
}
