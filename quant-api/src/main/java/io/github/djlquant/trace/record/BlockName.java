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

import ai.djl.nn.Block;

/** What a Block is called, in graphs and messages. */
public final class BlockName {

    private BlockName() {}

    /**
     * Names a Block after its class.
     *
     * @param block the Block
     * @return the class's simple name; of a class without one, such as {@code new AbstractBlock()
     *     {..}} in Main, where it stands: {@code Main_1}. Formats require a name
     */
    public static String of(Block block) {
        Class<?> type = block.getClass();
        String simple = type.getSimpleName();
        return simple.isEmpty()
                ? type.getName().substring(type.getName().lastIndexOf('.') + 1).replace('$', '_')
                : simple;
    }
}
