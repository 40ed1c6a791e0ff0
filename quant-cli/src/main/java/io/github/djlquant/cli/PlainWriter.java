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
package io.github.djlquant.cli;

import io.github.djlquant.report.TerminalText;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

/**
 * Words of models and data on their way to a terminal: line by line, with a space in place of
 * whatever would move its cursor.
 */
final class PlainWriter extends FilterWriter {

    private final StringBuilder line = new StringBuilder();

    private PlainWriter(Writer terminal) {
        super(terminal);
    }

    /** Makes a printer that keeps nothing back behind a line's end. */
    static PrintWriter printer(Writer terminal) {
        return new PrintWriter(new PlainWriter(terminal), true);
    }

    @Override
    public void write(int character) throws IOException {
        if (character == '\n') {
            writeLine();
            out.write(System.lineSeparator());
        } else {
            line.append((char) character);
        }
    }

    @Override
    public void write(char[] characters, int start, int length) throws IOException {
        for (int i = start; i < start + length; i++) {
            write(characters[i]);
        }
    }

    @Override
    public void write(String text, int start, int length) throws IOException {
        for (int i = start; i < start + length; i++) {
            write(text.charAt(i));
        }
    }

    /** A line's end may have two characters. */
    private void writeLine() throws IOException {
        int end = line.length();
        boolean feed = end > 0 && line.charAt(end - 1) == '\r';
        out.write(TerminalText.plain(line.substring(0, feed ? end - 1 : end)));
        line.setLength(0);
    }

    @Override
    public void flush() throws IOException {
        writeLine();
        out.flush();
    }
}
