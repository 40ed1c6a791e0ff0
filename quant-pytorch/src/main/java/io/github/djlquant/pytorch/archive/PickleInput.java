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

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The bytes of a pickle, and where the present instruction stands. */
final class PickleInput {

    /** A qualified name of a class or function. */
    private static final int MAX_LINE = 4096;

    private final ByteBuffer bytes;
    private final Place entry;
    private final MemoryBudget budget;
    private int instruction;

    PickleInput(EntryContent content, MemoryBudget budget) {
        this.bytes = content.buffer().order(ByteOrder.LITTLE_ENDIAN);
        this.entry = content.place();
        this.budget = budget;
    }

    /** The present instruction's place. */
    Place place() {
        return entry.offset() < 0 ? entry : entry.atByte(entry.offset() + instruction);
    }

    MemoryBudget budget() {
        return budget;
    }

    int opcode() {
        instruction = bytes.position();
        return unsignedByte();
    }

    int unsignedByte() {
        return Byte.toUnsignedInt(bytes.get());
    }

    int int32() {
        return bytes.getInt();
    }

    long integer(int opcode) {
        return switch (opcode) {
            case Opcode.BININT1 -> unsignedByte();
            case Opcode.BININT2 -> Short.toUnsignedInt(bytes.getShort());
            case Opcode.BININT -> bytes.getInt();
            default -> longInteger();
        };
    }

    /** Two's complement, little-endian, as many bytes as needed. */
    private long longInteger() {
        int length = unsignedByte();
        if (length > 8) {
            throw place().malformed(
                            "an integer is too large", "at most 64 bits", length + " bytes");
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            value |= (long) unsignedByte() << 8 * i;
        }
        int unused = 64 - 8 * length;
        return length == 0 ? 0 : value << unused >> unused;
    }

    /** Big-endian, unlike everything else. */
    double real() {
        return Double.longBitsToDouble(Long.reverseBytes(bytes.getLong()));
    }

    String text(int opcode) {
        long length =
                switch (opcode) {
                    case Opcode.SHORT_BINUNICODE -> unsignedByte();
                    case Opcode.BINUNICODE -> Integer.toUnsignedLong(bytes.getInt());
                    default -> bytes.getLong();
                };
        if (length < 0 || length > bytes.remaining()) {
            throw place().malformed(
                            "a text reaches beyond the end of the pickle",
                            "at most " + bytes.remaining() + " bytes",
                            length + " bytes");
        }
        ByteBuffer text = bytes.slice(bytes.position(), (int) length);
        bytes.position(bytes.position() + (int) length);
        return decode(text, length);
    }

    private String decode(ByteBuffer text, long length) {
        budget.take(2 * length, "a text in the pickle", place());
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
        } catch (CharacterCodingException e) {
            throw place().malformed("a text in the pickle is malformed", "UTF-8", e.getMessage());
        }
    }

    /** A name up to the end of its line. */
    String line() {
        int start = bytes.position();
        int length = 0;
        while (unsignedByte() != '\n') {
            if (++length > MAX_LINE) {
                throw place().malformed(
                                "a name in the pickle is too long",
                                "at most " + MAX_LINE + " bytes",
                                "more");
            }
        }
        return decode(bytes.slice(start, length), length);
    }
}
