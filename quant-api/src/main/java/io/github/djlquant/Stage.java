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
package io.github.djlquant;

import io.github.djlquant.transform.Phase;

/** A stage of the pipeline, in order. The times of all stages together are the whole run. */
public enum Stage {
    /** Loading the engine's native library, if no earlier run has. */
    START,
    /** Parsing the source model. */
    READ,
    /** Taking the graph to another engine's operators, where the output's format asks for it. */
    CROSS,
    /** Merging float operators. */
    FUSE,
    /** Proving and timing forms that may be faster in this machine's runtime. */
    TUNE,
    /** Streaming calibration data through the engine. */
    CALIBRATE,
    /** Moving ranges between layers. */
    EQUALIZE,
    /** Deciding. */
    PLAN,
    /** Choosing integer weights. */
    ROUND,
    /** Obeying the plan. */
    CONVERT,
    /** Writing the files, with the digest of the source. */
    WRITE,
    /**
     * Everything that makes no part of the artifact but shows that it is right: opening the source
     * in the engine, proving rewrites on real rows, comparing the written file with the source.
     */
    VERIFY,
    /** Reading back what the engine really runs. */
    EXPLAIN;

    /** The stage that a phase of transforms is. */
    static Stage of(Phase phase) {
        return switch (phase) {
            case FUSE -> FUSE;
            case TUNE -> TUNE;
            case EQUALIZE -> EQUALIZE;
            case ROUND -> ROUND;
            case CONVERT -> CONVERT;
        };
    }
}
