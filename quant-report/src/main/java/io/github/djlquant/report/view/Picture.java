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
package io.github.djlquant.report.view;

import java.util.Base64;
import java.util.Objects;
import java.util.Optional;

/**
 * A small picture in a page.
 *
 * @param mediaType {@code image/png} or {@code image/jpeg}
 * @param base64 the file
 */
public record Picture(String mediaType, String base64) {

    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    /** Requires both. */
    public Picture {
        Objects.requireNonNull(mediaType, "mediaType");
        Objects.requireNonNull(base64, "base64");
    }

    /**
     * Takes a PNG file from an evaluation, which may come from a file of unknown origin.
     *
     * @param base64 the file in Base64
     * @return the picture; empty if it is none
     */
    public static Optional<Picture> ofPng(String base64) {
        return bytes(base64).filter(Picture::isPng).map(png -> new Picture("image/png", base64));
    }

    private static Optional<byte[]> bytes(String base64) {
        try {
            return Optional.of(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isPng(byte[] file) {
        return file.length > PNG.length
                && java.util.Arrays.equals(file, 0, PNG.length, PNG, 0, PNG.length);
    }

    /**
     * Returns the address of the picture.
     *
     * @return a {@code data:} address
     */
    public String address() {
        return "data:" + mediaType + ";base64," + base64;
    }
}
