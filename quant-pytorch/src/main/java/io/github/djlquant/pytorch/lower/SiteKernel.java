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

/** Computes one operator on integers, in the place of floats. */
@FunctionalInterface
public interface SiteKernel {

    /**
     * Replaces the operator at a site, by calling {@link KernelSite#replace}. Where it does not,
     * the operator stays between dequantize and quantize.
     *
     * @param site the operator with the integers before and behind it
     */
    void lower(KernelSite site);
}
