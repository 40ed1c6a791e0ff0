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

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.dim.NDIndexBooleans;
import ai.djl.ndarray.index.dim.NDIndexElement;
import ai.djl.ndarray.index.dim.NDIndexPick;
import ai.djl.ndarray.index.dim.NDIndexTake;
import java.util.ArrayList;
import java.util.List;

/** The operands of a call, once for the engine and once for the recording. */
final class Operands {

    private final TraceRun run;
    private final Object[] plain;
    private final List<Object> recorded = new ArrayList<>();
    private boolean fixed = true;

    Operands(TraceRun run, TracedArray receiver, Object[] arguments) {
        this.run = run;
        if (receiver != null) {
            fixed = run.isFixed(receiver.read());
        }
        plain = arguments == null ? new Object[0] : arguments.clone();
        for (int i = 0; i < plain.length; i++) {
            if (plain[i] instanceof NDArray array) {
                TracedArray traced = traced(array);
                plain[i] = traced.plain();
                recorded.add(reference(traced));
            } else if (plain[i] instanceof NDList list) {
                plain[i] = list(list);
            } else if (plain[i] instanceof NDIndex index) {
                plain[i] = index(index);
            } else if (plain[i] == run.managerProxy()) {
                plain[i] = run.manager();
                recorded.add(null);
            } else {
                recorded.add(plain[i]);
            }
        }
    }

    /** What the engine gets. */
    Object[] plain() {
        return plain;
    }

    /** What is written down: references in the place of arrays. */
    List<Object> recorded() {
        return recorded;
    }

    /** Tells whether nothing of it depends on the inputs. */
    boolean isFixed() {
        return fixed;
    }

    private TracedArray traced(NDArray array) {
        return TracedArray.behind(run.traced(array));
    }

    private Reference reference(TracedArray traced) {
        Reference reference = traced.read();
        fixed &= run.isFixed(reference);
        return reference;
    }

    private NDList list(NDList list) {
        NDList plainList = new NDList();
        List<Reference> references = new ArrayList<>();
        for (NDArray array : list) {
            TracedArray traced = traced(array);
            plainList.add(traced.plain());
            references.add(reference(traced));
        }
        recorded.add(references);
        return plainList;
    }

    /** Arrays inside an index are unwrapped too. */
    private NDIndex index(NDIndex index) {
        boolean arrays =
                index.stream()
                        .anyMatch(
                                e ->
                                        e instanceof NDIndexPick
                                                || e instanceof NDIndexTake
                                                || e instanceof NDIndexBooleans);
        if (!arrays) {
            recorded.add(index);
            return index;
        }
        if (index.getRank() == 1 && index.get(0) instanceof NDIndexTake take) {
            TracedArray traced = traced(take.getIndex());
            recorded.add(reference(traced));
            NDIndex unwrapped = new NDIndex();
            return unwrapped.addIndices("{}", traced.plain());
        }
        NDIndexElement first = index.get(0);
        throw run.failure(
                "an index that holds arrays beside other parts",
                first.getClass().getSimpleName(),
                "Use gather, take or gatherNd");
    }
}
