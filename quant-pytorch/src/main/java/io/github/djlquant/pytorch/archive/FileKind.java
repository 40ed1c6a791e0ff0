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

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;

/** Says what a file that is no TorchScript archive really is, and what to do. */
final class FileKind {

    private static final int HEAD = 512;

    /** The magic number that torch.save wrote before PyTorch 1.6, as a pickle. */
    private static final String LEGACY_MAGIC = "8a0a6cfc9c46f9206aa850192e";

    private static final String EXPORT =
            "Build the model in Python, load the weights with load_state_dict, and export it:"
                    + " torch.jit.trace(model.eval(), example).save(\"model.pt\")";

    private FileKind() {}

    /** Refuses what is no zip archive. */
    static void requireZip(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new ModelFormatException(
                    Problem.of(
                                    Files.exists(file)
                                            ? "the model is not a regular file"
                                            : "there is no such model file")
                            .in(file));
        }
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD);
        } catch (IOException e) {
            throw new ModelFormatException(
                    Problem.of("the model file can't be read").in(file).actual(e), e);
        }
        String text =
                new String(head, StandardCharsets.ISO_8859_1).strip().toLowerCase(Locale.ROOT);
        if (head.length == 0) {
            throw new ModelFormatException(Problem.of("the model file is empty").in(file));
        } else if (text.startsWith("pk\u0003\u0004")) {
            return;
        } else if (text.startsWith("<!doctype")
                || text.startsWith("<html")
                || text.startsWith("<?xml")) {
            throw new ModelFormatException(
                    Problem.of("the file is a web page, not a TorchScript archive")
                            .in(file)
                            .next("The download probably failed: fetch the model again"));
        } else if (text.startsWith("version https://git-lfs")) {
            throw new ModelFormatException(
                    Problem.of("the file is a Git LFS pointer, not the model itself")
                            .in(file)
                            .next("Run git lfs pull"));
        } else if (isLegacyCheckpoint(head)) {
            throw new UnsupportedModelException(
                    Problem.of(
                                    "the file is a checkpoint of torch.save from before PyTorch"
                                            + " 1.6: weights or a pickled Python object, not a"
                                            + " TorchScript archive")
                            .in(file)
                            .next(EXPORT));
        }
        throw new ModelFormatException(
                Problem.of("the file is not a TorchScript archive")
                        .in(file)
                        .expected("a zip archive")
                        .actual(
                                "bytes "
                                        + HexFormat.of()
                                                .formatHex(head, 0, Math.min(8, head.length)))
                        .atByte(0)
                        .next("Pass a file that torch.jit.save wrote"));
    }

    private static boolean isLegacyCheckpoint(byte[] head) {
        return head.length > 15
                && head[0] == (byte) Opcode.PROTO
                && HexFormat.of().formatHex(head, 2, 15).equals(LEGACY_MAGIC);
    }

    /** Refuses zip archives of another kind. */
    static void requireTorchScript(ZipEntries entries, Path file) {
        if (entries.has("data.pkl") && entries.has("constants.pkl")) {
            return;
        }
        if (entries.has("model.json")) {
            throw unsupported(
                    "the archive has the format of PyTorch 1.0 to 1.2",
                    "Load it with torch.jit.load in a newer PyTorch and save it again",
                    file);
        } else if (entries.has("data.pkl")) {
            throw unsupported(
                    "the file is an eager checkpoint of torch.save, a state dict or a pickled"
                            + " Python object: it holds no program, so it is no TorchScript"
                            + " archive",
                    EXPORT,
                    file);
        } else if (entries.has("archive_format")
                || entries.has("serialized_exported_program.json")
                || !entries.below("models").isEmpty()) {
            throw unsupported(
                    "the file is an archive of torch.export (.pt2), not of TorchScript",
                    "Export the model with torch.jit.trace instead",
                    file);
        }
        throw new ModelFormatException(
                Problem.of("the zip archive is not a TorchScript archive")
                        .in(file)
                        .expected("entries data.pkl, constants.pkl and code/ in one folder")
                        .actual("none in " + entries.root() + "/"));
    }

    private static UnsupportedModelException unsupported(String what, String next, Path file) {
        return new UnsupportedModelException(Problem.of(what).in(file).next(next));
    }
}
