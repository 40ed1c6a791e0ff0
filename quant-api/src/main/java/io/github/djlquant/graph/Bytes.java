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
package io.github.djlquant.graph;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * An immutable run of bytes with value equality, for what the IR carries without looking inside.
 */
public final class Bytes {

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /**
     * Copies bytes.
     *
     * @param content the bytes
     * @return an immutable copy
     */
    public static Bytes copyOf(byte[] content) {
        return new Bytes(content.clone());
    }

    /**
     * Returns the bytes.
     *
     * @return a new array
     */
    public byte[] toArray() {
        return content.clone();
    }

    /**
     * Returns the length.
     *
     * @return bytes
     */
    public int size() {
        return content.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    @Override
    public String toString() {
        return content.length <= 8
                ? "0x" + HexFormat.of().formatHex(content)
                : content.length + " bytes";
    }
}
