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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Walks over the tokens of one source and counts how deep the parser is inside it. */
final class TokenCursor {

    /** The words that are no names. */
    static final Set<String> KEYWORDS =
            Set.of(
                    "and",
                    "as",
                    "assert",
                    "break",
                    "class",
                    "continue",
                    "def",
                    "del",
                    "elif",
                    "else",
                    "False",
                    "for",
                    "from",
                    "global",
                    "if",
                    "import",
                    "in",
                    "is",
                    "lambda",
                    "None",
                    "not",
                    "or",
                    "pass",
                    "raise",
                    "return",
                    "True",
                    "while",
                    "with",
                    "yield");

    private final Lexer lexer;
    private final SourceErrors errors;
    private final int maxDepth;
    private Token current;
    private Token following;
    private int depth;

    TokenCursor(Lexer lexer, SourceErrors errors, int maxDepth) {
        this.lexer = lexer;
        this.errors = errors;
        this.maxDepth = maxDepth;
        this.current = lexer.next();
    }

    SourceErrors errors() {
        return errors;
    }

    Token current() {
        return current;
    }

    /** The token after the current one. */
    Token following() {
        if (following == null) {
            following = lexer.next();
        }
        return following;
    }

    /** Returns the current token and moves on. */
    Token take() {
        Token taken = current;
        current = following == null ? lexer.next() : following;
        following = null;
        return taken;
    }

    boolean at(Kind kind) {
        return current.kind() == kind;
    }

    boolean at(String word) {
        return current.is(word);
    }

    /** Moves on if the current token is this word. */
    boolean takeIf(String word) {
        if (!at(word)) {
            return false;
        }
        take();
        return true;
    }

    Token expect(String word, String where) {
        if (!at(word)) {
            throw errors.malformed("The source is malformed", current, "'" + word + "' " + where);
        }
        return take();
    }

    Token expect(Kind kind, String expected) {
        if (!at(kind)) {
            throw errors.malformed("The source is malformed", current, expected);
        }
        return take();
    }

    boolean atName() {
        return at(Kind.NAME) && !KEYWORDS.contains(current.text());
    }

    /** Takes the name of a variable, which no keyword can be. */
    String name(String expected) {
        if (!atName()) {
            throw errors.malformed("The source is malformed", current, expected);
        }
        return take().text();
    }

    /** Enters a level of the source; a parser that throws need not leave it. */
    void enter() {
        if (depth >= maxDepth) {
            throw errors.beyond("The source is nested too deep", current, maxDepth);
        }
        depth++;
    }

    /** The levels that are left below the current one. */
    int remainingDepth() {
        return maxDepth - depth;
    }

    void leave() {
        depth--;
    }

    /**
     * Parses elements between commas, the last of which may be followed by one, up to a closing
     * bracket, which is taken.
     *
     * @return whether the last comma was there, and the elements
     */
    <T> Elements<T> elements(String closing, Supplier<T> element) {
        List<T> elements = new ArrayList<>();
        boolean comma = false;
        while (!at(closing)) {
            elements.add(element.get());
            comma = takeIf(",");
            if (!comma) {
                break;
            }
        }
        expect(closing, comma || elements.isEmpty() ? "here" : "or ',' here");
        return new Elements<>(elements, comma);
    }

    /**
     * What stands between two brackets.
     *
     * @param values the elements
     * @param trailingComma whether a comma follows the last
     */
    record Elements<T>(List<T> values, boolean trailingComma) {}
}
