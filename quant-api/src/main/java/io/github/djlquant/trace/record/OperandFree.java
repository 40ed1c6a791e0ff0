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

import java.util.Set;

/** Operations that look at their array's shape only, so that their results are constants. */
final class OperandFree {

    private static final Set<String> OPERATIONS =
            Set.of("NDArrayEx.multiBoxPrior(List,List,List,List,boolean)");

    private OperandFree() {}

    static boolean contains(String operation) {
        return OPERATIONS.contains(operation);
    }
}
