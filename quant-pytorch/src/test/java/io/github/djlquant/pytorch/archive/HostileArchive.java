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

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.QuantizationException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;

/** Archives whose data was made to do harm, and that they are refused. */
abstract class HostileArchive {

    @TempDir Path folder;

    final void refused(Consumer<PickleOutput> pickle, String message) throws Exception {
        refused(pickle, message, ModelFormatException.class);
    }

    final void refused(
            Consumer<PickleOutput> pickle,
            String message,
            Class<? extends QuantizationException> type)
            throws Exception {
        Path file = data(pickle);
        assertThatThrownBy(() -> ArchiveReader.read(file))
                .isExactlyInstanceOf(type)
                .hasMessageContaining("hostile.pt")
                .hasMessageContaining(message);
    }

    final Path data(Consumer<PickleOutput> pickle) throws Exception {
        PickleOutput out = ZipMaker.start();
        pickle.accept(out);
        byte[] storage = new byte[16];
        ByteBuffer.wrap(storage)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .put(new float[] {1, 2, 3, 4});
        return new ZipMaker()
                .put("m/data.pkl", out.opcode(Opcode.STOP).toBytes())
                .put("m/data/0", storage)
                .write(file());
    }

    final Path file() {
        return folder.resolve("hostile.pt");
    }

    static void newObject(PickleOutput out) {
        out.global("__torch__", "Q");
        out.opcode(Opcode.EMPTY_TUPLE).opcode(Opcode.NEWOBJ);
    }
}
