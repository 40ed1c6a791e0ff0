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
package io.github.djlquant.pytorch.read;

import io.github.djlquant.pytorch.op.ResultForm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Splits what {@code forward} returns into the graph's outputs and the form around them. */
final class Results {

    private final Reading reading;
    private final Frame frame;
    private final List<String> names = new ArrayList<>();

    Results(Reading reading, Frame frame) {
        this.reading = reading;
        this.frame = frame;
    }

    ResultForm form(ScriptValue value) {
        if (value instanceof GraphRef ref) {
            return leaf(ref);
        } else if (value instanceof ListCell list) {
            return list.value.isPresent()
                    ? leaf(list.value.get())
                    : new ResultForm.ListForm(forms(list.elements));
        } else if (value instanceof ScriptValue.TupleOf tuple) {
            return new ResultForm.TupleForm(forms(tuple.elements()));
        } else if (value instanceof DictCell dict) {
            Map<String, ResultForm> entries = new LinkedHashMap<>();
            dict.entries.forEach(
                    (key, entry) ->
                            entries.put(
                                    Operands.text(Folding.known(key)).orElseThrow(), form(entry)));
            return new ResultForm.DictForm(entries);
        }
        return new ResultForm.Literal(
                Operands.text(value)
                        .orElseThrow(
                                () ->
                                        reading.unsupported(
                                                frame,
                                                "return",
                                                "the model returns something that is no tensor",
                                                "tensors in tuples, lists and dictionaries",
                                                value.getClass().getSimpleName(),
                                                "Return tensors")));
    }

    private List<ResultForm> forms(List<ScriptValue> values) {
        return values.stream().map(this::form).toList();
    }

    private ResultForm leaf(GraphRef ref) {
        String name = reading.aliases.use(ref, frame);
        int known = names.indexOf(name);
        if (known < 0) {
            known = names.size();
            names.add(name);
        }
        return new ResultForm.Leaf(known);
    }

    List<String> names() {
        return names;
    }
}
