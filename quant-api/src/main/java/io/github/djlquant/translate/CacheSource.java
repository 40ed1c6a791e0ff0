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
package io.github.djlquant.translate;

import io.github.djlquant.calibrate.FeedSpec;
import io.github.djlquant.graph.Graph;
import java.nio.file.Path;

/**
 * A float model that artifacts in the cache are made of. What tells it apart is asked for at every
 * load, its file only if there is no artifact yet.
 */
interface CacheSource extends AutoCloseable {

    /** The name that its file has or would have, and that artifacts get. */
    String fileName();

    /** What people know it by: a path, which need not exist. */
    Path origin();

    /** Tells contents apart; those of files that did not change may be known from before. */
    String digest(SourceDigests known);

    /** The model in the dialect of the engine that runs it. */
    Graph graph();

    /** How rows of data are read to tell data apart; one at a time. */
    default FeedSpec rows(int samples) {
        return FeedSpec.of(graph(), 1, samples);
    }

    /** The model in the format of that engine; written if need be, and there until the close. */
    Path file();

    @Override
    void close();
}
