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

import java.util.List;

/**
 * One sample of a file of texts.
 *
 * @param line the line that it starts on, counted from 1
 * @param texts one text, or two that belong together
 */
public record TextRow(long line, List<String> texts) {

    /** Copies the list; refuses other numbers of texts than one and two. */
    public TextRow {
        texts = List.copyOf(texts);
        if (texts.isEmpty() || texts.size() > 2) {
            throw new IllegalArgumentException(texts.size() + " texts in a row");
        }
    }
}
