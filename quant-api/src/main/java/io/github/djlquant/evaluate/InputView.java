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
package io.github.djlquant.evaluate;

import java.util.Base64;
import java.util.Objects;
import java.util.Optional;

/**
 * What a person can look at of one sample. Texts come from the user's data: whoever shows them on a
 * page escapes them.
 *
 * @param texts the sample's text, or several that belong together, one a line; cut where it is long
 * @param png a small picture as the Base64 text of a PNG file, ready for a {@code data:} address
 */
public record InputView(Optional<String> texts, Optional<String> png) {

    /** Requires the parts. */
    public InputView {
        Objects.requireNonNull(texts, "texts");
        Objects.requireNonNull(png, "png");
    }

    /**
     * Shows a text.
     *
     * @param text the text
     * @return a view
     */
    public static InputView ofText(String text) {
        return new InputView(Optional.of(text), Optional.empty());
    }

    /**
     * Shows a picture.
     *
     * @param file the bytes of a PNG file
     * @return a view
     */
    public static InputView ofPng(byte[] file) {
        return new InputView(
                Optional.empty(), Optional.of(Base64.getEncoder().encodeToString(file)));
    }
}
