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
package io.github.djlquant.trace.record;

import java.util.List;

/**
 * What is kept of one step of a Block's run.
 *
 * @param key the digest of everything that tells it from others: the operation with all that it was
 *     called with, or an array that the Block brought
 * @param list whether it yielded a list
 * @param made what it yielded
 */
public record RememberedStep(String key, boolean list, List<Made> made) {

    /**
     * An array.
     *
     * @param type DJL's element type
     * @param shape the extents in that run
     */
    public record Made(String type, List<Long> shape) {}
}
