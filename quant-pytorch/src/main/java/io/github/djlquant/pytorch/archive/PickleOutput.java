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

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The bytes of a pickle that is being written. */
final class PickleOutput {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    PickleOutput opcode(int opcode) {
        return unsignedByte(opcode);
    }

    PickleOutput unsignedByte(int value) {
        out.write(value);
        return this;
    }

    /** The shortest form, as libtorch writes it. */
    void integer(long value) {
        if (value >= 0 && value <= 0xff) {
            opcode(Opcode.BININT1).unsignedByte((int) value);
        } else if (value >= 0 && value <= 0xffff) {
            opcode(Opcode.BININT2).littleEndian(value, 2);
        } else if (value == (int) value) {
            opcode(Opcode.BININT).littleEndian(value, 4);
        } else {
            opcode(Opcode.LONG1).unsignedByte(8).littleEndian(value, 8);
        }
    }

    void real(double value) {
        opcode(Opcode.BINFLOAT);
        littleEndian(Long.reverseBytes(Double.doubleToRawLongBits(value)), 8);
    }

    void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        opcode(Opcode.BINUNICODE).littleEndian(bytes.length, 4);
        out.writeBytes(bytes);
    }

    void global(String module, String name) {
        opcode(Opcode.GLOBAL);
        out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    }

    void remember(int index) {
        memo(index, Opcode.BINPUT, Opcode.LONG_BINPUT);
    }

    void recall(int index) {
        memo(index, Opcode.BINGET, Opcode.LONG_BINGET);
    }

    private void memo(int index, int shortForm, int longForm) {
        if (index <= 0xff) {
            opcode(shortForm).unsignedByte(index);
        } else {
            opcode(longForm).littleEndian(index, 4);
        }
    }

    private void littleEndian(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >>> 8 * i));
        }
    }

    byte[] toBytes() {
        return out.toByteArray();
    }
}
