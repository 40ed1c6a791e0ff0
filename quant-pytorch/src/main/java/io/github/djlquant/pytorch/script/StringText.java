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
package io.github.djlquant.pytorch.script;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The quoted form of strings. Sources write every byte outside printable ASCII as an octal escape
 * of its UTF-8 form.
 */
final class StringText {

    private StringText() {}

    /** The index after the string that starts at an index, or -1 if it has no end. */
    static int end(String source, int start) {
        char quote = source.charAt(start);
        boolean triple = source.startsWith(String.valueOf(quote).repeat(3), start);
        String closing = triple ? String.valueOf(quote).repeat(3) : String.valueOf(quote);
        int position = start + closing.length();
        while (position < source.length()) {
            if (source.startsWith(closing, position)) {
                return position + closing.length();
            }
            char c = source.charAt(position);
            if (c == '\n' && !triple) {
                return -1;
            }
            position += c == '\\' ? 2 : 1;
        }
        return -1;
    }

    /**
     * Decodes a quoted string.
     *
     * @throws IllegalArgumentException with a sentence for people, if an escape is unknown or the
     *     bytes are no UTF-8
     */
    static String decode(String source, int start, int end) {
        boolean triple =
                end - start >= 6
                        && source.startsWith(String.valueOf(source.charAt(start)).repeat(3), start);
        int quotes = triple ? 3 : 1;
        String inner = source.substring(start + quotes, end - quotes);
        if (inner.indexOf('\\') < 0) {
            return inner;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(inner.length());
        int i = 0;
        while (i < inner.length()) {
            char c = inner.charAt(i);
            if (c != '\\') {
                int next = inner.offsetByCodePoints(i, 1);
                bytes.writeBytes(inner.substring(i, next).getBytes(StandardCharsets.UTF_8));
                i = next;
            } else if (isOctal(inner, i + 1)) {
                int value = Integer.parseInt(inner.substring(i + 1, i + 4), 8);
                if (value > 255) {
                    throw new IllegalArgumentException("An octal escape is above 377");
                }
                bytes.write(value);
                i += 4;
            } else {
                bytes.write(simple(inner.charAt(i + 1)));
                i += 2;
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("A string is no UTF-8", e);
        }
    }

    private static boolean isOctal(String text, int index) {
        if (index + 3 > text.length()) {
            return false;
        }
        for (int i = index; i < index + 3; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '7') {
                return false;
            }
        }
        return true;
    }

    private static int simple(char escaped) {
        return switch (escaped) {
            case '\\', '\'', '"', '\n' -> escaped;
            case 'a' -> 0x07;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 0x0b;
            default ->
                    throw new IllegalArgumentException(
                            "A string has an unknown escape \\" + escaped);
        };
    }

    /** Quotes a string in the form that the engine reads. */
    static String encode(String value) {
        StringBuilder text = new StringBuilder(value.length() + 2).append('"');
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            int c = b & 0xff;
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '"' -> text.append("\\\"");
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c >= 0x20 && c < 0x7f) {
                        text.append((char) c);
                    } else {
                        text.append(String.format("\\%03o", c));
                    }
                }
            }
        }
        return text.append('"').toString();
    }
}
