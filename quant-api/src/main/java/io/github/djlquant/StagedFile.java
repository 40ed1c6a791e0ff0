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
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is written beside its final name and moved there only when it is whole and verified.
 * A process that dies in the middle leaves the old file or none under the final name; what it
 * leaves beside it is recognised by the dead process and removed by the next run that writes into
 * the folder, whatever its output's name.
 *
 * <p>The temporary name is {@code .NAME.djl-quant-PROCESS-START-UNIQUE.tmp.EXTENSION} ({@link
 * ProcessMark}), and beside it stands its {@link LifeSign}, which ends in {@code .tmp-alive}.
 */
public final class StagedFile implements AutoCloseable {

    /** The name's part up to what tells files of one process apart; then the process's mark. */
    private static final Pattern STAGED =
            Pattern.compile("(\\..*\\.djl-quant-([0-9]+-[0-9]+-[0-9a-z]+))\\.tmp(-alive|\\..*)?");

    private static final String LIFE_SIGN = ".tmp-alive";

    private static final Logger LOGGER = LoggerFactory.getLogger(StagedFile.class);

    private final Path target;
    private final Path temporary;
    private final boolean overwrite;
    private final LifeSign alive;

    private StagedFile(Path target, Path temporary, boolean overwrite, LifeSign alive) {
        this.target = target;
        this.temporary = temporary;
        this.overwrite = overwrite;
        this.alive = alive;
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
            throw new RecipeException(
                    Problem.of("the output's folder does not exist")
                            .in(target)
                            .next("Make it, or choose another one"));
        }
        if (Files.isDirectory(absolute)) {
            throw isFolder(target);
        }
        if (Files.exists(absolute) && !overwrite) {
            throw taken(target);
        }
        String name = absolute.getFileName().toString();
        removeLeftovers(folder);
        String unique = Long.toString(System.nanoTime(), 36).replace("-", "n");
        String suffix = name.contains(".") ? name.substring(name.lastIndexOf('.')) : "";
        String start = "." + name + ".djl-quant-" + ProcessMark.current() + "-" + unique;
        Path temporary = folder.resolve(start + ".tmp" + suffix);
        LifeSign alive = LifeSign.show(folder.resolve(start + LIFE_SIGN));
        try {
            requireWritable(temporary, target);
        } catch (OutputException e) {
            alive.close();
            throw e;
        }
        return new StagedFile(absolute, temporary, overwrite, alive);
    }

    /**
     * Tells whether a file is still in the making.
     *
     * @param file a file
     * @return true for temporary names
     */
    static boolean isStaged(Path file) {
        return STAGED.matcher(file.getFileName().toString()).matches();
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

    /** Files of ours whose process no longer runs; others may share the folder with us. */
    private static void removeLeftovers(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".*.djl-quant-*")) {
            for (Path file : files) {
                Matcher name = STAGED.matcher(file.getFileName().toString());
                if (name.matches()
                        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        && ProcessMark.of(name.group(2)).filter(mark -> !mark.isAlive()).isPresent()
                        && !LifeSign.isSeen(folder.resolve(name.group(1) + LIFE_SIGN))) {
                    remove(file);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new RecipeException(
                    Problem.of("the output's folder can't be read").in(folder), e);
        }
    }

    private static void remove(Path leftover) {
        try {
            if (Files.deleteIfExists(leftover)) {
                LOGGER.info("removed what a dead process left: {}", leftover);
            }
        } catch (IOException e) {
            LOGGER.debug("{} stays: {}", leftover, e.getMessage());
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
        try (alive) {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            throw new RecipeException(
                    Problem.of("a temporary file can't be removed").in(temporary), e);
        }
    }
}
