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
package io.github.djlquant.pytorch.op;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the text of a {@link ResultForm}. */
final class ResultFormParser {

    /** Nesting beyond this is no result of a model. */
    private static final int DEPTH = 64;

    private final String text;
    private int at;

    ResultFormParser(String text) {
        this.text = text;
    }

    ResultForm parse() {
        ResultForm form = form(0);
        skipSpace();
        if (at != text.length()) {
            throw wrong("the end");
        }
        return form;
    }

    private ResultForm form(int depth) {
        if (depth > DEPTH) {
            throw wrong("less nesting");
        }
        skipSpace();
        if (at >= text.length()) {
            throw wrong("an expression");
        }
        return switch (text.charAt(at)) {
            case '(' -> new ResultForm.TupleForm(elements(')', depth));
            case '[' -> new ResultForm.ListForm(elements(']', depth));
            case '{' -> new ResultForm.DictForm(entries(depth));
            case '$' -> leaf();
            default -> new ResultForm.Literal(literal());
        };
    }

    private List<ResultForm> elements(char end, int depth) {
        List<ResultForm> elements = new ArrayList<>();
        at++;
        while (!accept(end)) {
            elements.add(form(depth + 1));
            if (!accept(',')) {
                require(end);
                break;
            }
        }
        return elements;
    }

    private Map<String, ResultForm> entries(int depth) {
        Map<String, ResultForm> entries = new LinkedHashMap<>();
        at++;
        while (!accept('}')) {
            skipSpace();
            String key = literal();
            require(':');
            entries.put(key, form(depth + 1));
            if (!accept(',')) {
                require('}');
                break;
            }
        }
        return entries;
    }

    private ResultForm leaf() {
        int start = ++at;
        while (at < text.length() && Character.isDigit(text.charAt(at))) {
            at++;
        }
        if (at == start || at - start > 6) {
            throw wrong("the number of an output");
        }
        return new ResultForm.Leaf(Integer.parseInt(text.substring(start, at)));
    }

    private String literal() {
        int start = at;
        char quote = at < text.length() ? text.charAt(at) : 0;
        if (quote == '"' || quote == '\'') {
            at++;
            while (at < text.length() && text.charAt(at) != quote) {
                at += text.charAt(at) == '\\' ? 2 : 1;
            }
            at++;
        } else {
            while (at < text.length() && ",:)]}".indexOf(text.charAt(at)) < 0) {
                at += call();
            }
        }
        if (at == start || at > text.length()) {
            throw wrong("a literal");
        }
        return text.substring(start, at).strip();
    }

    /** A literal may be a call, such as that of a device; its parentheses belong to it. */
    private int call() {
        if (text.charAt(at) != '(') {
            return 1;
        }
        int end = text.indexOf(')', at);
        if (end < 0) {
            throw wrong("a closing parenthesis");
        }
        return end - at + 1;
    }

    private boolean accept(char expected) {
        skipSpace();
        if (at < text.length() && text.charAt(at) == expected) {
            at++;
            return true;
        }
        return false;
    }

    private void require(char expected) {
        if (!accept(expected)) {
            throw wrong("'" + expected + "'");
        }
    }

    private void skipSpace() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException(
                "no form of a result: " + text + ": expected " + expected + " at " + at);
    }
}
