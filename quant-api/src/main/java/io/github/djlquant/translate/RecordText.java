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

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * What a record's own {@code toString} says, also of records inside it, but for a backslash before
 * each character of a text that would be taken for the record's own. That method is linked when it
 * first runs, which takes a fresh virtual machine longer than all else that makes a key.
 */
final class RecordText {

    private static final String OWN = "\\,[]{}=";

    private RecordText() {}

    /** The text of a public record: {@code Target[name=any, cpu=null, ..]}. */
    static String of(Record value) {
        StringJoiner text = new StringJoiner(", ", value.getClass().getSimpleName() + "[", "]");
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            text.add(component.getName() + "=" + text(value, component));
        }
        return text.toString();
    }

    private static String text(Record value, RecordComponent component) {
        try {
            return text(component.getAccessor().invoke(value));
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(component + " of " + value.getClass(), e);
        }
    }

    private static String text(Object held) {
        if (held instanceof Record inner) {
            return of(inner);
        }
        if (held instanceof Map<?, ?> map) {
            StringJoiner text = new StringJoiner(", ", "{", "}");
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                text.add(text(entry.getKey()) + "=" + text(entry.getValue()));
            }
            return text.toString();
        }
        if (held instanceof List<?> list) {
            StringJoiner text = new StringJoiner(", ", "[", "]");
            for (Object element : list) {
                text.add(text(element));
            }
            return text.toString();
        }
        return held instanceof String said ? escaped(said) : String.valueOf(held);
    }

    private static String escaped(String said) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < said.length(); i++) {
            char each = said.charAt(i);
            if (OWN.indexOf(each) >= 0) {
                text.append('\\');
            }
            text.append(each);
        }
        return text.toString();
    }
}
