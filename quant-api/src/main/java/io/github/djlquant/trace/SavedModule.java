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
package io.github.djlquant.trace;

import ai.djl.MalformedModelException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** How a block lies in a saved DJL model: the version, the engine's name, the length, the file. */
final class SavedModule {

    static final byte VERSION = 1;

    private SavedModule() {}

    /**
     * A block that was read.
     *
     * @param backend the engine
     * @param module the file in it, to close
     */
    record Opened(Backend backend, EngineModule module) {}

    static void write(Backend backend, Path file, DataOutputStream os) throws IOException {
        os.writeByte(VERSION);
        os.writeUTF(backend.getEngineName());
        os.writeLong(Files.size(file));
        Files.copy(file, os);
        os.flush();
    }

    static Opened read(DataInputStream is) throws IOException, MalformedModelException {
        byte version = is.readByte();
        if (version != VERSION) {
            throw new MalformedModelException(
                    "no saved GraphBlock, or one of another version: " + version);
        }
        Backend engine = Backends.forEngine(is.readUTF());
        long size = is.readLong();
        return new Opened(
                engine,
                EngineModule.of(engine, file -> copy(is, size, file), "a saved GraphBlock"));
    }

    private static void copy(InputStream from, long size, Path file) throws IOException {
        byte[] window = new byte[1 << 16];
        try (OutputStream to = Files.newOutputStream(file)) {
            for (long left = size; left > 0; ) {
                int read = from.read(window, 0, (int) Math.min(window.length, left));
                if (read < 0) {
                    throw new IOException(
                            "the saved block ends " + left + " bytes before its declared end");
                }
                to.write(window, 0, read);
                left -= read;
            }
        }
    }
}
