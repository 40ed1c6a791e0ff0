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
import io.github.djlquant.graph.TensorStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * What an entry holds: mapped if the entry is stored, else on the heap.
 *
 * @param size bytes
 * @param source gives parts of them
 * @param place the entry, with its offset in the file if it is stored
 */
record EntryContent(long size, Source source, Place place) {

    /** Pickles and sources are read as one buffer. */
    private static final int MAX_TEXT = 1 << 28;

    /** Gives parts of an entry without copying them. */
    @FunctionalInterface
    interface Source {

        /**
         * Gives a part.
         *
         * @param offset bytes from the start of the entry
         * @param length bytes
         * @return the part
         * @throws IOException if the file can't be mapped
         */
        TensorStorage slice(long offset, long length) throws IOException;
    }

    /** An inflated entry. */
    static EntryContent of(byte[] bytes, Place place) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new EntryContent(
                bytes.length,
                (offset, length) -> TensorStorage.of(buffer.slice((int) offset, (int) length)),
                place);
    }

    /** A part of the entry, which must lie inside; not copied. */
    TensorStorage slice(long offset, long length) {
        try {
            return source.slice(offset, length);
        } catch (IOException e) {
            throw new ModelFormatException(place.problem("the entry can't be read").actual(e), e);
        }
    }

    /** All bytes as one buffer, little-endian. */
    ByteBuffer buffer() {
        if (size > MAX_TEXT) {
            throw place.malformed(
                    "the entry is too large", "at most " + MAX_TEXT + " bytes", size + " bytes");
        }
        return slice(0, size).window(0, (int) size);
    }

    /** All bytes on the heap. */
    byte[] toArray(MemoryBudget budget) {
        ByteBuffer buffer = buffer();
        budget.take(buffer.remaining(), "the entry", place);
        byte[] array = new byte[buffer.remaining()];
        buffer.get(array);
        return array;
    }

    /** The content as UTF-8. */
    String text(MemoryBudget budget) {
        byte[] array = toArray(budget);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(array))
                    .toString();
        } catch (CharacterCodingException e) {
            throw place.malformed("the entry is not text", "UTF-8", e.getMessage());
        }
    }
}
