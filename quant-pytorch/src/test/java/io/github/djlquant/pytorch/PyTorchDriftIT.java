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
package io.github.djlquant.pytorch;

import io.github.djlquant.backend.Backend;
import io.github.djlquant.testkit.criteria.DriftContract;

/** Models that libtorch serves, watched. */
class PyTorchDriftIT extends DriftContract {

    @Override
    protected Backend backend() {
        return new PyTorchBackend();
    }

    /** libtorch's kernels hand integers on among themselves. */
    @Override
    protected boolean yieldsInnerValues() {
        return false;
    }
}
