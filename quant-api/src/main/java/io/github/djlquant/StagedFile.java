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

/**
 * A file that is written beside its final name and moved there only when it is whole and verified.
 * A process that dies in the middle leaves the old file or none under the final name; what it
 * leaves beside it is recognised by the dead process and removed by the next run.
 *
 * <p>The temporary name is {@code .NAME.djl-quant-PROCESS-START-UNIQUE.tmp.EXTENSION} ({@link
 * ProcessMark}).
 */
public final class StagedFile implements AutoCloseable {

    /** What follows the target's name and the process. */
    private static final String LEFTOVER = ".*-[0-9a-z]+\\.tmp.*";

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
     * @throws OutputException if no file can be made there
     */
    public static StagedFile beside(Path target, boolean overwrite) {
        Path absolute = target.toAbsolutePath().normalize();
        Path folder = absolute.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new RecipeException(Problem.of("the output's folder does not exist").in(target));
        }
        if (Files.isDirectory(absolute)) {
            throw isFolder(target);
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
                                + ProcessMark.current()
                                + "-"
                                + unique
                                + ".tmp"
                                + suffix);
        requireWritable(temporary, target);
        return new StagedFile(absolute, temporary, overwrite);
    }

    /**
     * Tells whether a file is still in the making.
     *
     * @param file a file
     * @return true for temporary names
     */
    static boolean isStaged(Path file) {
        return file.getFileName().toString().matches("\\..*\\.djl-quant-" + LEFTOVER);
    }

    /** Long work would be for nothing: only a file that was made tells, permissions may lie. */
    private static void requireWritable(Path temporary, Path target) {
        try {
            Files.createFile(temporary);
            Files.delete(temporary);
        } catch (IOException e) {
            throw new OutputException(
                    Problem.of("the output's folder takes no files").in(target).actual(e), e);
        }
    }

    static RecipeException isFolder(Path target) {
        return new RecipeException(
                Problem.of("the output is a folder").in(target).expected("a file name"));
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
                if (rest.matches(LEFTOVER)
                        && ProcessMark.of(rest).filter(mark -> !mark.isAlive()).isPresent()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new RecipeException(
                    Problem.of("the output's folder can't be read").in(folder), e);
        }
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
