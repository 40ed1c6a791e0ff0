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
package io.github.djlquant.pytorch.write;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Makes identifiers of names that may hold anything. What comes out has letters, digits and
 * underlines only, is no word of the language and is handed out once, so that a name can neither
 * hide another one nor become code.
 */
final class Identifiers {

    /** Longer names only make the source hard to read. */
    private static final int LONGEST = 80;

    /** Words of the language, and names that its parser gives a meaning. */
    private static final Set<String> WORDS =
            Set.of(
                    "and",
                    "annotate",
                    "as",
                    "assert",
                    "async",
                    "await",
                    "bool",
                    "break",
                    "class",
                    "complex",
                    "continue",
                    "def",
                    "del",
                    "delattr",
                    "device",
                    "dict",
                    "elif",
                    "else",
                    "enumerate",
                    "except",
                    "finally",
                    "float",
                    "for",
                    "fork",
                    "forward",
                    "from",
                    "getattr",
                    "global",
                    "hasattr",
                    "if",
                    "import",
                    "in",
                    "inf",
                    "infj",
                    "int",
                    "is",
                    "isinstance",
                    "lambda",
                    "len",
                    "list",
                    "max",
                    "min",
                    "nan",
                    "nanj",
                    "nonlocal",
                    "not",
                    "number",
                    "ops",
                    "or",
                    "pass",
                    "print",
                    "raise",
                    "range",
                    "return",
                    "rpc_async",
                    "self",
                    "set",
                    "slice",
                    "sorted",
                    "str",
                    "super",
                    "torch",
                    "training",
                    "try",
                    "tuple",
                    "type",
                    "unchecked_cast",
                    "unchecked_unwrap_optional",
                    "uninitialized",
                    "while",
                    "with",
                    "yield",
                    "zip",
                    "Any",
                    "CONSTANTS",
                    "Dict",
                    "Exception",
                    "False",
                    "Final",
                    "Future",
                    "List",
                    "Module",
                    "NamedTuple",
                    "None",
                    "NoneType",
                    "Optional",
                    "Tensor",
                    "True",
                    "Tuple",
                    "Union");

    private final Set<String> taken = new HashSet<>(WORDS);
    private final Map<String, Integer> nextSuffix = new HashMap<>();

    /** Returns an identifier that nothing else has and that resembles a name. */
    String of(String name) {
        String stem = stem(name);
        String candidate = stem;
        while (!taken.add(candidate)) {
            candidate = stem + "_" + nextSuffix.merge(stem, 1, Integer::sum);
        }
        return candidate;
    }

    private static String stem(String name) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < name.length() && text.length() < LONGEST; i++) {
            char c = name.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (digit && text.length() == 0) {
                text.append('_');
            }
            // Two leading underlines mark what belongs to the language.
            boolean kept = digit || letter || c == '_' && !text.toString().equals("_");
            if (kept) {
                text.append(c);
            } else if (text.length() > 0 && text.charAt(text.length() - 1) != '_') {
                text.append('_');
            }
        }
        return text.length() == 0 || text.toString().equals("_") ? "v" : text.toString();
    }
}
