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
package io.github.djlquant;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file that is written beside its final name and moved there only when it is whole and verified.
 * A process that dies in the middle leaves the old file or none under the final name; what it
 * leaves beside it is recognised by the dead process and removed by the next run.
 *
 * <p>The temporary name is {@code .NAME.djl-quant-PROCESS-START-UNIQUE.tmp.EXTENSION}: numbers of
 * processes are given out again (in a container the same ones at each start), so that a process is
 * told by its number and by when it started, in milliseconds since 1970, 0 if unknown.
 */
public final class StagedFile implements AutoCloseable {

    /** Process number and start, behind the target's name. */
    private static final String LEFTOVER = "(\\d{1,18})-(\\d{1,18})-[0-9a-z]+\\.tmp.*";

    /** The start of another process shifts a little when the system's clock is set right. */
    private static final long START_TOLERANCE_MILLIS = 2000;

    private final Path target;
    private final Path temporary;
    private final boolean overwrite;

    private StagedFile(Path target, Path temporary, boolean overwrite) {
        this.target = target;
        this.temporary = temporary;
        this.overwrite = overwrite;
    }

    /**
     * Chooses a temporary name beside the final one and removes what dead processes left there.
     *
     * @param target the final name; its folder must exist
     * @param overwrite true to allow an existing file
     * @return the stage
     * @throws RecipeException if the folder is missing or can't be read, or the file exists and
     *     must not be overwritten
     */
    public static StagedFile beside(Path target, boolean overwrite) {
        Path absolute = target.toAbsolutePath().normalize();
        Path folder = absolute.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new RecipeException(Problem.of("the output's folder does not exist").in(target));
        }
        if (Files.isDirectory(absolute)) {
            throw new RecipeException(
                    Problem.of("the output is a folder").in(target).expected("a file name"));
        }
        if (Files.exists(absolute) && !overwrite) {
            throw taken(target);
        }
        String name = absolute.getFileName().toString();
        removeLeftovers(folder, name);
        String unique = Long.toString(System.nanoTime(), 36).replace("-", "n");
        String suffix = name.contains(".") ? name.substring(name.lastIndexOf('.')) : "";
        Path temporary =
                folder.resolve(
                        "."
                                + name
                                + ".djl-quant-"
                                + ProcessHandle.current().pid()
                                + "-"
                                + start(ProcessHandle.current())
                                + "-"
                                + unique
                                + ".tmp"
                                + suffix);
        return new StagedFile(absolute, temporary, overwrite);
    }

    private static RecipeException taken(Path target) {
        return new RecipeException(
                Problem.of("the output exists already")
                        .in(target)
                        .next("Choose another name, or allow overwriting (--force)"));
    }

    /** Files of this target whose process no longer runs. */
    private static void removeLeftovers(Path folder, String name) {
        String prefix = "." + name + ".djl-quant-";
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(
                        folder, file -> file.getFileName().toString().startsWith(prefix))) {
            for (Path file : files) {
                String rest = file.getFileName().toString().substring(prefix.length());
                Matcher matcher = Pattern.compile(LEFTOVER).matcher(rest);
                if (matcher.matches()
                        && !isAlive(
                                Long.parseLong(matcher.group(1)),
                                Long.parseLong(matcher.group(2)))) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new RecipeException(
                    Problem.of("the output's folder can't be read").in(folder), e);
        }
    }

    private static boolean isAlive(long process, long start) {
        ProcessHandle handle =
                ProcessHandle.of(process).filter(ProcessHandle::isAlive).orElse(null);
        if (handle == null) {
            return false;
        }
        long known = start(handle);
        if (handle.equals(ProcessHandle.current())) {
            return start == known;
        }
        return start == 0 || known == 0 || Math.abs(start - known) <= START_TOLERANCE_MILLIS;
    }

    private static long start(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /**
     * Returns the name to write to.
     *
     * @return the temporary name
     */
    public Path path() {
        return temporary;
    }

    /**
     * Looks whether the final name is still free, if it must be.
     *
     * @throws RecipeException if a file has appeared there that must not be overwritten
     */
    void refuseIfTaken() {
        if (!overwrite && Files.exists(target)) {
            throw taken(target);
        }
    }

    /**
     * Moves the file to its final name, atomically where the file system can.
     *
     * @throws RecipeException if it can't be moved, or a file has appeared there that must not be
     *     overwritten
     */
    public void commit() {
        try {
            if (!overwrite) {
                // An atomic move would replace what appeared meanwhile.
                Files.move(temporary, target);
                return;
            }
            try {
                Files.move(
                        temporary,
                        target,
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (FileAlreadyExistsException e) {
            throw taken(target);
        } catch (IOException e) {
            throw new RecipeException(
                    Problem.of("the output can't be moved to its name").in(target), e);
        }
    }

    /** Removes the temporary file if it was not committed. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            throw new RecipeException(
                    Problem.of("a temporary file can't be removed").in(temporary), e);
        }
    }
}
