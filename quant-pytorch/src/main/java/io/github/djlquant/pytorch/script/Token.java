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

/**
 * A word of a source.
 *
 * @param kind what it is
 * @param text its text; a string's without quotes and escapes
 * @param line its line, from 1
 * @param column its column, from 1
 */
record Token(Kind kind, String text, int line, int column) {

    /** What a token is. */
    enum Kind {
        NAME,
        NUMBER,
        STRING,
        SYMBOL,
        NEWLINE,
        INDENT,
        DEDENT,
        END
    }

    /** Whether this is that symbol or keyword. */
    boolean is(String word) {
        return (kind == Kind.SYMBOL || kind == Kind.NAME) && text.equals(word);
    }

    /** The token as a message names it. */
    String described() {
        return switch (kind) {
            case NAME, NUMBER, SYMBOL -> "'" + shortened() + "'";
            case STRING -> "the string \"" + shortened() + "\"";
            case NEWLINE -> "the end of the line";
            case INDENT -> "a deeper indentation";
            case DEDENT -> "the end of the block";
            case END -> "the end of the file";
        };
    }

    private String shortened() {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }
}
