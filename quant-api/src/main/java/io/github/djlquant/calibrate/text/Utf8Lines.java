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
package io.github.djlquant.calibrate.text;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The lines of a UTF-8 file, one at a time; what is no UTF-8 is refused with its line. */
final class Utf8Lines implements AutoCloseable {

    /** Longer ones are no lines: the file is binary, or all on one line. */
    static final int MAX_BYTES = 1 << 20;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Path file;
    private final InputStream bytes;
    private long number;

    private Utf8Lines(Path file, InputStream bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    static Utf8Lines open(Path file) {
        try {
            return new Utf8Lines(
                    file, new BufferedInputStream(Files.newInputStream(file), 1 << 16));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Returns the next line without its end, null after the last one. */
    String next() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            int value = bytes.read();
            if (value < 0) {
                return null;
            }
            number++;
            for (; value >= 0 && value != '\n'; value = bytes.read()) {
                if (line.size() == MAX_BYTES) {
                    throw new CalibrationException(
                            Problem.of("a line is too long for a text")
                                    .in(file)
                                    .at("line " + number)
                                    .expected("at most " + MAX_BYTES + " bytes")
                                    .next("Give a file of texts, one a line"));
                }
                line.write(value);
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        return decode(line.toByteArray());
    }

    /** The number of the line that came last, counted from 1. */
    long number() {
        return number;
    }

    private String decode(byte[] line) {
        int length = line.length;
        if (length > 0 && line[length - 1] == '\r') {
            length--;
        }
        try {
            String text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(line, 0, length))
                            .toString();
            boolean marked = number == 1 && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
            return marked ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new CalibrationException(
                    Problem.of("the text is not in UTF-8")
                            .in(file)
                            .at("line " + number)
                            .expected("UTF-8")
                            .actual(e.getMessage())
                            .next("Convert the file to UTF-8"),
                    e);
        }
    }

    private static CalibrationException unreadable(Path file, IOException cause) {
        return new CalibrationException(
                Problem.of("the texts can't be read").in(file).actual(cause), cause);
    }

    @Override
    public void close() {
        try {
            bytes.close();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }
}
