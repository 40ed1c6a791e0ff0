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

import io.github.djlquant.pytorch.script.Token.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Splits a source into tokens, one at a time. Line ends and indentation are tokens, except within
 * brackets; comments and empty lines are skipped.
 */
final class Lexer {

    private static final Set<String> THREE = Set.of("...", "**=", "//=", "<<=", ">>=");
    private static final Set<String> TWO =
            Set.of(
                    "->", "**", "//", "==", "!=", "<=", ">=", "<<", ">>", "+=", "-=", "*=", "/=",
                    "%=", "|=", "&=", "^=", ":=");
    private static final String ONE = "+-*/%@()[]{}:,=<>.&|^~;";

    private final String source;
    private final SourceErrors errors;
    private final int maxDepth;
    private final Deque<Integer> indents = new ArrayDeque<>();
    private int position;
    private int line = 1;
    private int lineStart;
    private int brackets;
    private int pendingDedents;
    private boolean atLineStart = true;
    private boolean lineHasTokens;

    Lexer(String source, SourceErrors errors, int maxDepth) {
        this.source = source;
        this.errors = errors;
        this.maxDepth = maxDepth;
        indents.push(0);
    }

    /** The next token; {@link Kind#END} for ever after the last. */
    Token next() {
        if (pendingDedents > 0) {
            pendingDedents--;
            return token(Kind.DEDENT, "", position);
        }
        while (true) {
            if (atLineStart) {
                int width = skipToContent();
                if (position == source.length()) {
                    pendingDedents = indents.size() - 1;
                    indents.clear();
                    indents.push(0);
                    atLineStart = false;
                    return next();
                }
                atLineStart = false;
                Token block = blockToken(width);
                if (block != null) {
                    return block;
                }
            }
            skipBlanks();
            if (position == source.length()) {
                return atEnd();
            }
            char c = source.charAt(position);
            if (c != '\n') {
                lineHasTokens = true;
                return word(c);
            }
            int at = position;
            position++;
            if (brackets > 0) {
                newLine();
                continue;
            }
            Token newline = token(Kind.NEWLINE, "", at);
            newLine();
            atLineStart = true;
            lineHasTokens = false;
            return newline;
        }
    }

    private Token atEnd() {
        if (brackets > 0) {
            throw errors.malformed(
                    "A bracket is not closed", line, column(position), "the end of the file");
        }
        if (lineHasTokens) {
            lineHasTokens = false;
            atLineStart = true;
            return token(Kind.NEWLINE, "", position);
        }
        return token(Kind.END, "", position);
    }

    /** Skips lines without content and returns the indentation of the first that has some. */
    private int skipToContent() {
        while (true) {
            int start = position;
            skipBlanks();
            if (position == source.length() || source.charAt(position) != '\n') {
                return position - start;
            }
            position++;
            newLine();
        }
    }

    private Token blockToken(int width) {
        if (width > indents.peek()) {
            if (indents.size() > maxDepth) {
                throw errors.beyond(
                        "Blocks are nested too deep", token(Kind.INDENT, "", position), maxDepth);
            }
            indents.push(width);
            return token(Kind.INDENT, "", position);
        }
        int closed = 0;
        while (width < indents.peek()) {
            indents.pop();
            closed++;
        }
        if (width != indents.peek()) {
            throw errors.malformed(
                    "The indentation fits no block around it",
                    line,
                    column(position),
                    width + " blanks");
        }
        if (closed == 0) {
            return null;
        }
        pendingDedents = closed - 1;
        return token(Kind.DEDENT, "", position);
    }

    /** Skips blanks, comments and joined lines, but no line end. */
    private void skipBlanks() {
        while (position < source.length()) {
            char c = source.charAt(position);
            if (c == ' ' || c == '\t' || c == '\r' || c == '\f') {
                position++;
            } else if (c == '#') {
                if (source.startsWith("# type:", position)) {
                    throw errors.unsupported(
                            "A type is given by a comment",
                            token(Kind.SYMBOL, "# type:", position),
                            "Save the model again with a current version of PyTorch");
                }
                int end = source.indexOf('\n', position);
                position = end < 0 ? source.length() : end;
            } else if (c == '\\' && source.startsWith("\\\n", position)) {
                position += 2;
                newLine();
            } else {
                return;
            }
        }
    }

    private Token word(char c) {
        if (isNameStart(c)) {
            return name();
        }
        if (isDigit(c) || c == '.' && isDigit(at(position + 1))) {
            return number();
        }
        if (c == '"' || c == '\'') {
            int start = position;
            int startLine = line;
            int startColumn = column(start);
            int end = StringText.end(source, start);
            if (end < 0) {
                throw errors.malformed("A string is not closed", line, startColumn, "no end quote");
            }
            String value;
            try {
                value = StringText.decode(source, start, end);
            } catch (IllegalArgumentException e) {
                throw errors.malformed(e.getMessage(), line, startColumn, "a malformed string");
            }
            countLines(start, end);
            position = end;
            return new Token(Kind.STRING, value, startLine, startColumn);
        }
        return symbol(c);
    }

    private Token name() {
        int start = position;
        while (isNamePart(at(position))) {
            position++;
        }
        return token(Kind.NAME, source.substring(start, position), start);
    }

    private Token number() {
        int start = position;
        skipDigits();
        if (at(position) == '.') {
            position++;
            skipDigits();
        }
        char e = at(position);
        if (e == 'e' || e == 'E') {
            int sign = at(position + 1) == '+' || at(position + 1) == '-' ? 1 : 0;
            if (isDigit(at(position + 1 + sign))) {
                position += 1 + sign;
                skipDigits();
            }
        }
        if (at(position) == 'j') {
            position++;
        }
        if (isNamePart(at(position))) {
            throw errors.malformed(
                    "A number is followed by letters",
                    line,
                    column(start),
                    "'" + source.substring(start, position + 1) + "'");
        }
        return token(Kind.NUMBER, source.substring(start, position), start);
    }

    private Token symbol(char c) {
        int start = position;
        int length;
        if (start + 3 <= source.length() && THREE.contains(source.substring(start, start + 3))) {
            length = 3;
        } else if (start + 2 <= source.length()
                && TWO.contains(source.substring(start, start + 2))) {
            length = 2;
        } else if (ONE.indexOf(c) >= 0) {
            length = 1;
        } else {
            throw errors.malformed(
                    "A character has no meaning here",
                    line,
                    column(start),
                    String.format("U+%04X", (int) c));
        }
        if (c == '(' || c == '[' || c == '{') {
            brackets++;
        } else if (c == ')' || c == ']' || c == '}') {
            if (brackets == 0) {
                throw errors.malformed(
                        "A bracket closes that was not opened", line, column(start), "'" + c + "'");
            }
            brackets--;
        }
        position += length;
        return token(Kind.SYMBOL, source.substring(start, position), start);
    }

    private void skipDigits() {
        while (isDigit(at(position))) {
            position++;
        }
    }

    private void countLines(int start, int end) {
        for (int i = start; i < end; i++) {
            if (source.charAt(i) == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
    }

    private void newLine() {
        line++;
        lineStart = position;
    }

    private Token token(Kind kind, String text, int start) {
        return new Token(kind, text, line, column(start));
    }

    private int column(int at) {
        return at - lineStart + 1;
    }

    private char at(int index) {
        return index < source.length() ? source.charAt(index) : '\0';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isNameStart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }

    static boolean isNamePart(char c) {
        return isNameStart(c) || isDigit(c);
    }
}
