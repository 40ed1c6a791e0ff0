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
package io.github.djlquant.onnx.write;

import java.util.Objects;

/**
 * How a model is written.
 *
 * @param irVersion the IR version, or 0 for the source's, adjusted to what the content needs
 * @param producerName who made the model, or null for the source's
 * @param producerVersion the producer's version, or null for the source's
 * @param externalName the plain name of the file for weights that do not fit the model file; null
 *     for the model file's name with {@code .data} appended. The model refers to it by this name
 *     even if the model file itself is moved afterwards
 * @param inlineLimit the largest size of the weights inside the model file, in bytes; if they
 *     exceed it, all of at least 1 KB go to the external file
 * @param durable true to wait until the bytes have reached the disk
 */
public record WriteOptions(
        long irVersion,
        String producerName,
        String producerVersion,
        String externalName,
        long inlineLimit,
        boolean durable) {

    /** Messages end at 2 GB; this leaves room for everything that is no weight. */
    private static final long LARGEST = 1_900_000_000L;

    /** The source's versions, weights inside the model file as long as they fit. */
    public static final WriteOptions DEFAULT = new WriteOptions(0, null, null, null, LARGEST, true);

    /** For files that are read back at once and then deleted. */
    public static final WriteOptions TEMPORARY =
            new WriteOptions(0, null, null, null, LARGEST, false);

    /** Requires a limit that one message can keep and an external name without a folder. */
    public WriteOptions {
        if (irVersion < 0 || inlineLimit < 0 || inlineLimit > LARGEST) {
            throw new IllegalArgumentException(
                    "irVersion must not be negative, inlineLimit must be 0 to " + LARGEST);
        }
        if (externalName != null && !externalName.matches("[^/\\\\:]+")) {
            throw new IllegalArgumentException(
                    "the external file needs a plain name, not '" + externalName + "'");
        }
    }

    /**
     * Sets the IR version.
     *
     * @param version the version, at least what the content needs
     * @return a copy
     */
    public WriteOptions withIrVersion(long version) {
        return new WriteOptions(
                version, producerName, producerVersion, externalName, inlineLimit, durable);
    }

    /**
     * Sets the producer.
     *
     * @param name who made the model
     * @param version the producer's version
     * @return a copy
     */
    public WriteOptions withProducer(String name, String version) {
        return new WriteOptions(
                irVersion,
                Objects.requireNonNull(name, "name"),
                Objects.requireNonNull(version, "version"),
                externalName,
                inlineLimit,
                durable);
    }

    /**
     * Sets the external file's name.
     *
     * @param name a plain file name
     * @return a copy
     */
    public WriteOptions withExternalName(String name) {
        return new WriteOptions(
                irVersion, producerName, producerVersion, name, inlineLimit, durable);
    }

    /**
     * Sets the largest size of weights inside the model file.
     *
     * @param bytes the size; 0 puts all weights of at least 1 KB outside
     * @return a copy
     */
    public WriteOptions withInlineLimit(long bytes) {
        return new WriteOptions(
                irVersion, producerName, producerVersion, externalName, bytes, durable);
    }
}
