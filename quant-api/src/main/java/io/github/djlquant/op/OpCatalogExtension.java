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
package io.github.djlquant.op;

import java.util.Collection;

/**
 * Rows that a third party adds to the operators that engines know. Found by ServiceLoader; the
 * backends merge them into their catalogs. A row for an operator that has one replaces it, with a
 * line in the log; two extensions with a row for the same operator are refused, since their order
 * means nothing.
 */
public interface OpCatalogExtension {

    /**
     * Returns the rows.
     *
     * @return one per operator, of any dialect
     */
    Collection<OpSpec> rows();
}
