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
package io.github.djlquant.translate;

import java.nio.file.Path;
import java.time.Instant;

/**
 * A quantized model in the cache.
 *
 * @param folder where it lies
 * @param bytes the size of all its files
 * @param used when it was last loaded
 * @param whole false if its making was broken off or its description is damaged: the next load
 *     makes it anew
 * @param file the artifact; null if the entry is not whole
 * @param source the float model that it was made from; null if the entry is not whole
 * @param recipe the recipe's name; null if the entry is not whole
 * @param target where it may run; null if the entry is not whole
 * @param engine which engine runs it; null if the entry is not whole
 */
public record CacheEntry(
        Path folder,
        long bytes,
        Instant used,
        boolean whole,
        Path file,
        Path source,
        String recipe,
        String target,
        String engine) {

    /**
     * Returns the entry's key: the hash of everything that it depends on.
     *
     * @return 32 hexadecimal digits
     */
    public String key() {
        return folder.getFileName().toString();
    }
}
