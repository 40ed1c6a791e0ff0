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
package io.github.djlquant.calibrate;

import java.util.Iterator;
import java.util.OptionalLong;

/**
 * Calibration data on its way to the engine, one batch at a time. Whoever opens it closes it. Not
 * safe for several threads.
 */
public interface FeedStream extends Iterator<Feed>, AutoCloseable {

    /**
     * Returns the number of rows in all, if it is known beforehand.
     *
     * @return rows, within the limit that was asked for
     */
    OptionalLong rows();

    /**
     * Returns the number of rows that the data has, whatever limit was asked for. What describes
     * each row of it, such as labels, has no more.
     *
     * @return rows, if it is known beforehand, or now that all were read
     */
    OptionalLong rowsOfData();

    /** Frees files and native memory. */
    @Override
    void close();
}
