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

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import io.github.djlquant.FileDigest;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.StagedFile;
import io.github.djlquant.TemporaryFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Digests of float models, kept beside the cache's entries: reading a model whole costs more than
 * opening its quantized form.
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

    /** The coarsest clock of a file system that is in use (FAT). */
    private static final long CLOCK_MILLIS = 2000;

    /** Beyond this all are forgotten; they are made anew. */
    private static final int MOST = 1000;

    /** A damaged file may have any size. */
    private static final long MOST_BYTES = 1 << 20;

    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    /**
     * What is kept.
     *
     * @param files what the model's files looked like
     * @param sha256 the digest
     */
    private record Kept(List<Stamp> files, String sha256) {}

    /**
     * What shows that a file is the same, unread.
     *
     * @param path the absolute path, links followed
     * @param bytes the size
     * @param modified time of the last change of the contents
     * @param identity number and time of the last change of state on POSIX, else the file's key
     */
    private record Stamp(String path, long bytes, String modified, String identity) {

        static Stamp of(Path file) throws IOException {
            Path real = file.toRealPath();
            BasicFileAttributes basic = Files.readAttributes(real, BasicFileAttributes.class);
            return new Stamp(
                    real.toString(),
                    basic.size(),
                    basic.lastModifiedTime().toInstant().toString(),
                    identity(real, basic));
        }

        private static String identity(Path real, BasicFileAttributes basic) throws IOException {
            if (!real.getFileSystem().supportedFileAttributeViews().contains("unix")) {
                return String.valueOf(basic.fileKey());
            }
            Map<String, Object> unix = Files.readAttributes(real, "unix:dev,ino,ctime");
            return unix.get("dev") + " " + unix.get("ino") + " " + unix.get("ctime");
        }

        boolean isOlderThan(Instant time) {
            return Instant.parse(modified).isBefore(time);
        }
    }

    /** Finds or computes the SHA-256 of the contents of files, one after the other. */
    String of(List<Path> files) {
        try {
            List<Stamp> before = stamps(files);
            Path place = place(before);
            Kept kept = read(place);
            if (kept != null && before.equals(kept.files()) && kept.sha256() != null) {
                return kept.sha256();
            }
            Instant settled = Instant.now().minusMillis(CLOCK_MILLIS);
            String digest = FileDigest.sha256(files);
            if (before.stream().allMatch(s -> s.isOlderThan(settled))
                    && before.equals(stamps(files))) {
                keep(place, new Kept(before, digest));
            }
            return digest;
        } catch (IOException e) {
            // What can't be looked at is not kept either; reading it tells what is wrong.
            LOGGER.debug("no digest is kept of {}: {}", files, e.getMessage());
            return FileDigest.sha256(files);
        }
    }

    private static List<Stamp> stamps(List<Path> files) throws IOException {
        List<Stamp> stamps = new ArrayList<>();
        for (Path file : files) {
            stamps.add(Stamp.of(file));
        }
        return stamps;
    }

    /** One file for each list of paths. Their names' collisions do no harm: stamps hold paths. */
    private Path place(List<Stamp> stamps) {
        String paths = String.join("\0", stamps.stream().map(Stamp::path).toList());
        UUID name = UUID.nameUUIDFromBytes(paths.getBytes(StandardCharsets.UTF_8));
        return root.resolve(FOLDER).resolve(name + ".json");
    }

    private static Kept read(Path place) throws IOException {
        if (!Files.isRegularFile(place) || Files.size(place) > MOST_BYTES) {
            return null;
        }
        try {
            return GSON.fromJson(Files.readString(place), Kept.class);
        } catch (JsonParseException e) {
            LOGGER.debug("{} is damaged: {}", place, e.getMessage());
            return null;
        }
    }

    /** Where there is no cache yet, nothing is kept. */
    private void keep(Path place, Kept kept) throws IOException {
        if (!Files.isDirectory(root)) {
            return;
        }
        Files.createDirectories(place.getParent());
        forgetIfTooMany(place.getParent());
        try (StagedFile stage = StagedFile.beside(place, true)) {
            Files.writeString(stage.path(), GSON.toJson(kept));
            stage.commit();
        } catch (QuantizationException e) {
            LOGGER.debug("{} is not written: {}", place, e.getMessage());
        }
    }

    private static void forgetIfTooMany(Path folder) throws IOException {
        try (Stream<Path> kept = Files.list(folder)) {
            List<Path> all = kept.toList();
            if (all.size() >= MOST) {
                for (Path file : all) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** Forgets all. */
    void clear() throws IOException {
        new TemporaryFolder(root.resolve(FOLDER)).close();
    }
}
