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
package io.github.djlquant.pytorch.lower;

import io.github.djlquant.graph.OpType;
import java.util.Map;

/**
 * What a third party adds to the operators that libtorch computes on integers. Found by
 * ServiceLoader, once. A kernel for an operator that has one replaces it, with a line in the log;
 * two extensions with a kernel for the same operator are refused, since their order means nothing.
 *
 * <p>The planner puts an operator on integers by its row, which is an {@link
 * io.github.djlquant.op.OpCatalogExtension}'s; the kernel says how libtorch computes it there.
 */
public interface KernelExtension {

    /**
     * Returns the kernels.
     *
     * @return one per operator of the dialect {@code aten}
     */
    Map<OpType, SiteKernel> kernels();
}
