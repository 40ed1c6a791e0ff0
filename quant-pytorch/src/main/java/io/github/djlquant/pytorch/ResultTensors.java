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

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.pytorch.op.ResultForm;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Takes the tensors out of what {@code forward} returned. */
final class ResultTensors {

    private final PtNDManager memory;
    private final NDArray[] outputs;
    private int next;

    private ResultTensors(PtNDManager memory, int count) {
        this.memory = memory;
        this.outputs = new NDArray[count];
    }

    /**
     * Takes the tensors out.
     *
     * @param result what {@code forward} returned
     * @param signature how many tensors there are and how they lie in the result
     * @param memory to which the arrays belong
     * @return the arrays in the order of the outputs
     */
    static List<NDArray> of(IValue result, Signature signature, PtNDManager memory) {
        ResultTensors tensors = new ResultTensors(memory, signature.outputs().size());
        if (signature.form() == null) {
            tensors.take(result);
        } else {
            tensors.take(result, signature.form());
        }
        if (tensors.next != tensors.outputs.length) {
            throw unlike(
                    tensors.outputs.length + " tensors: " + String.join(", ", signature.outputs()),
                    tensors.next + " tensors");
        }
        return List.of(tensors.outputs);
    }

    private static UnsupportedModelException unlike(String expected, String actual) {
        return new UnsupportedModelException(
                Problem.of("the model returns something else than its code says")
                        .expected(expected)
                        .actual(actual)
                        .next("Have forward return tensors, in tuples, lists or dictionaries"));
    }

    /** Without a form, all tensors in tuples and lists, outermost first. */
    private void take(IValue value) {
        if (value.isTensor()) {
            put(next, value);
        } else {
            children(value).forEachClosing(this::take);
        }
    }

    private void take(IValue value, ResultForm form) {
        if (form instanceof ResultForm.Leaf leaf) {
            if (!value.isTensor()) {
                throw unlike("a tensor", value.getType());
            }
            put(leaf.index(), value);
        } else if (form instanceof ResultForm.TupleForm tuple) {
            takeAll(value, tuple.elements());
        } else if (form instanceof ResultForm.ListForm list) {
            takeAll(value, list.elements());
        } else if (form instanceof ResultForm.DictForm dictionary) {
            takeEntries(value, dictionary);
        }
    }

    private void takeAll(IValue value, List<ResultForm> forms) {
        Children children = children(value);
        if (children.values().size() != forms.size()) {
            children.forEachClosing(child -> {});
            throw unlike(forms.size() + " elements", children.values().size() + " elements");
        }
        Iterator<ResultForm> form = forms.iterator();
        children.forEachClosing(child -> take(child, form.next()));
    }

    /** DJL loses the order of the entries, not their names. */
    private void takeEntries(IValue value, ResultForm.DictForm form) {
        if (!value.isMap()) {
            throw unlike("a dictionary", value.getType());
        }
        Map<String, IValue> entries = value.toIValueMap();
        try {
            form.entries()
                    .forEach(
                            (literal, entry) -> {
                                String key = literal.substring(1, literal.length() - 1);
                                if (!entries.containsKey(key)) {
                                    throw unlike("an entry " + key, entries.keySet().toString());
                                }
                                take(entries.get(key), entry);
                            });
        } finally {
            entries.values().forEach(IValue::close);
        }
    }

    private void put(int index, IValue value) {
        if (index < outputs.length && outputs[index] == null) {
            outputs[index] = value.toTensor(memory);
            next++;
        } else if (index >= outputs.length) {
            throw unlike(outputs.length + " tensors", "more");
        }
    }

    private static Children children(IValue value) {
        if (value.isTuple()) {
            return new Children(List.of(value.toIValueTuple()));
        } else if (value.isList()) {
            return new Children(List.of(value.toIValueArray()));
        }
        throw unlike("tensors in tuples or lists", value.getType());
    }

    /** Parts of a value, each of which must be freed. */
    private record Children(List<IValue> values) {

        void forEachClosing(java.util.function.Consumer<IValue> visitor) {
            Collection<IValue> open = new ArrayList<>(values);
            try {
                for (IValue value : values) {
                    visitor.accept(value);
                }
            } finally {
                open.forEach(IValue::close);
            }
        }
    }
}
