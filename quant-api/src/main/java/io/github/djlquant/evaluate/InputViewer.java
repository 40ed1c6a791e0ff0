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
package io.github.djlquant.evaluate;

import java.util.Optional;

/** Makes samples visible to people. */
@FunctionalInterface
public interface InputViewer {

    /** Shows nothing. */
    InputViewer NOTHING = (batch, row) -> Optional.empty();

    /**
     * Shows a sample.
     *
     * @param batch the batch that it belongs to
     * @param row its row
     * @return what to look at; empty if there is nothing
     */
    Optional<InputView> view(PairedBatch batch, int row);
}
