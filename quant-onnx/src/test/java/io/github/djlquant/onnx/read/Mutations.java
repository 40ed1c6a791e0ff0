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
package io.github.djlquant.onnx.read;

import java.util.Arrays;
import java.util.Random;

/** Damages files the way that broken disks, downloads and attackers do. */
public final class Mutations {

    /** Bytes that mean much in protobuf: lengths, tags, ends of varints. */
    private static final int[] TELLING = {0x00, 0x01, 0x7f, 0x80, 0xff, 0x0a, 0x12, 0x0b, 0x0c};

    private Mutations() {}

    /** One to four damages. */
    public static byte[] mutate(byte[] model, Random random) {
        byte[] mutant = model.clone();
        for (int n = 1 + random.nextInt(4); n > 0 && mutant.length > 0; n--) {
            mutant = once(mutant, random);
        }
        return mutant;
    }

    private static byte[] once(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(8)) {
            case 0:
                return Arrays.copyOf(bytes, at);
            case 1:
                return splice(bytes, at, new byte[] {(byte) random.nextInt(256)}, 0);
            case 2:
                return splice(bytes, at, new byte[0], Math.min(1 + at % 7, bytes.length - at));
            case 3:
                byte[] part =
                        Arrays.copyOfRange(
                                bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(40)));
                return splice(bytes, random.nextInt(bytes.length), part, 0);
            case 4:
                byte[] huge = {-1, -1, -1, -1, -1, -1, -1, -1, 0x7f};
                return splice(bytes, at, Arrays.copyOf(huge, 1 + random.nextInt(9)), 1);
            case 5:
                bytes[at] = (byte) TELLING[random.nextInt(TELLING.length)];
                return bytes;
            default:
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                return bytes;
        }
    }

    private static byte[] splice(byte[] bytes, int at, byte[] inserted, int removed) {
        byte[] spliced = new byte[bytes.length + inserted.length - removed];
        System.arraycopy(bytes, 0, spliced, 0, at);
        System.arraycopy(inserted, 0, spliced, at, inserted.length);
        System.arraycopy(
                bytes, at + removed, spliced, at + inserted.length, bytes.length - at - removed);
        return spliced;
    }
}
