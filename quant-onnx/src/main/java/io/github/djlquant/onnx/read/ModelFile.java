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
package io.github.djlquant.onnx.read;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.FileBytes;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.onnx.proto.ModelProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/**
 * A model file, parsed; weights stay in the file.
 *
 * @param model the model, whose outermost graph's initializers have no raw data
 * @param weights one entry per initializer of that graph: its raw data, or null
 */
record ModelFile(ModelProto model, List<TensorStorage> weights) {

    /** Message nesting. A nested graph costs three levels, so bodies may lie 33 deep. */
    private static final int NESTING = 100;

    static ModelFile read(Path file) {
        return parse(map(file), file);
    }

    private static ByteBuffer map(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new ModelFormatException(
                    Problem.of(
                                    Files.exists(file)
                                            ? "the model is not a regular file"
                                            : "there is no such model file")
                            .in(file));
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size == 0) {
                throw new ModelFormatException(Problem.of("the model file is empty").in(file));
            }
            if (size > Integer.MAX_VALUE) {
                throw new UnsupportedModelException(
                        Problem.of("a single ONNX message can't be larger than 2 GB")
                                .in(file)
                                .actual(size + " bytes")
                                .next("Save the model with external data"));
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static ModelFile parse(ByteBuffer bytes, Path file) {
        ModelParts parts;
        try {
            parts = new ModelParts(bytes, FileBytes.open(file));
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (ModelParts.MalformedException e) {
            throw new ModelFormatException(
                    guess(bytes, "the file is truncated or not an ONNX model")
                            .in(file)
                            .actual(e.getMessage())
                            .atByte(e.offset()),
                    e);
        }
        if (parts.messageSize() > Runtime.getRuntime().maxMemory() / 3) {
            throw new UnsupportedModelException(
                    Problem.of("what the model holds besides raw initializers does not fit memory")
                            .in(file)
                            .actual(parts.messageSize() + " bytes")
                            .next("Run with a larger heap, -Xmx, or export with initializers"));
        }
        // The stream of a ByteString knows that its bytes never change, which aliasing needs.
        CodedInputStream in = UnsafeByteOperations.unsafeWrap(parts.message()).newCodedInput();
        in.enableAliasing(true);
        in.setRecursionLimit(NESTING);
        try {
            ModelProto.Builder model = ModelProto.newBuilder();
            model.mergeFrom(in);
            in.checkLastTagWas(0);
            if (!model.hasGraph()) {
                throw new ModelFormatException(
                        guess(bytes, "the file holds no graph, so it is no ONNX model").in(file));
            }
            return new ModelFile(model.build(), parts.weights());
        } catch (InvalidProtocolBufferException e) {
            throw new ModelFormatException(
                    guess(bytes, "the file is truncated or not an ONNX model")
                            .in(file)
                            .actual(e.getMessage())
                            .atByte(parts.fileOffset(in.getTotalBytesRead())),
                    e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static ModelFormatException unreadable(Path file, IOException e) {
        return new ModelFormatException(
                Problem.of("the model file can't be read").in(file).actual(e), e);
    }

    /** Says what a file really is where its first bytes tell. */
    private static Problem guess(ByteBuffer bytes, String otherwise) {
        byte[] head = new byte[Math.min(64, bytes.capacity())];
        bytes.duplicate().clear().get(head);
        String text =
                new String(head, StandardCharsets.ISO_8859_1).strip().toLowerCase(Locale.ROOT);
        if (text.startsWith("<!doctype") || text.startsWith("<html") || text.startsWith("<?xml")) {
            return Problem.of("the file is a web page, not an ONNX model")
                    .next("The download probably failed: fetch the model again");
        } else if (text.startsWith("version https://git-lfs")) {
            return Problem.of("the file is a Git LFS pointer, not the model itself")
                    .next("Run git lfs pull");
        } else if (text.startsWith("pk\u0003\u0004")) {
            return Problem.of("the file is a zip archive, not an ONNX model")
                    .next("Unpack it, or pass a .pt file under its own name");
        }
        return Problem.of(otherwise);
    }
}
