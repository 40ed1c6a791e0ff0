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
package io.github.djlquant.onnx.cross;

import java.util.ArrayList;
import java.util.List;

/** Reads literals that are carried as TorchScript writes them, such as {@code [2., None]}. */
final class LiteralText {

    private final String text;
    private int at;

    LiteralText(String text) {
        this.text = text;
    }

    /** The literal; what is no number, list or None stays text. */
    Item read() {
        try {
            Item item = value();
            skip();
            return at == text.length() ? item : new Item.Literal(text);
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            return new Item.Literal(text);
        }
    }

    private Item value() {
        skip();
        if (text.startsWith("annotate(", at)) {
            at = text.indexOf(", ", at) + 2;
            Item item = value();
            skip();
            at++;
            return item;
        }
        char first = text.charAt(at);
        if (first == '[' || first == '(') {
            return list(first == '[' ? ']' : ')');
        }
        int start = at;
        while (at < text.length() && ",])".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return word(text.substring(start, at).strip());
    }

    private Item list(char end) {
        at++;
        List<Item> elements = new ArrayList<>();
        skip();
        while (text.charAt(at) != end) {
            elements.add(value());
            skip();
            if (text.charAt(at) == ',') {
                at++;
                skip();
            }
        }
        at++;
        return new Item.Items(elements);
    }

    private static Item word(String word) {
        return switch (word) {
            case "None" -> Item.NONE;
            case "True" -> new Item.Literal(true);
            case "False" -> new Item.Literal(false);
            case "inf" -> new Item.Literal(Double.POSITIVE_INFINITY);
            case "-inf" -> new Item.Literal(Double.NEGATIVE_INFINITY);
            case "nan" -> new Item.Literal(Double.NaN);
            default ->
                    word.matches("-?\\d+")
                            ? new Item.Literal(Long.parseLong(word))
                            : new Item.Literal(Double.parseDouble(word));
        };
    }

    private void skip() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }
}
