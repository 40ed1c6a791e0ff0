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
package io.github.djlquant.recipe;

import java.util.List;

/**
 * Which nodes are to be quantized. Patterns are globs ({@code *} and {@code ?}) over node names
 * ({@code layer1/*}) or operators.
 *
 * @param include patterns of node names; empty means all
 * @param exclude patterns of node names that stay float, stronger than {@code include}
 * @param excludeOps operators that stay float, such as {@code Softmax}
 */
public record Scope(List<String> include, List<String> exclude, List<String> excludeOps) {

    /** Everything that pays. */
    public static final Scope ALL = new Scope(List.of(), List.of(), List.of());

    /** Copies the lists. */
    public Scope {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
        excludeOps = List.copyOf(excludeOps);
    }

    /**
     * Tells whether a node may be quantized.
     *
     * @param nodeName the node's name
     * @param opName the operator's name
     * @return true if the scope holds it
     */
    public boolean holds(String nodeName, String opName) {
        return (include.isEmpty() || include.stream().anyMatch(p -> matches(p, nodeName)))
                && exclude.stream().noneMatch(p -> matches(p, nodeName))
                && excludeOps.stream().noneMatch(p -> matches(p, opName));
    }

    private static boolean matches(String glob, String text) {
        int g = 0;
        int t = 0;
        int star = -1;
        int mark = 0;
        while (t < text.length()) {
            if (g < glob.length()
                    && (glob.charAt(g) == '?' || glob.charAt(g) == text.charAt(t))
                    && glob.charAt(g) != '*') {
                g++;
                t++;
            } else if (g < glob.length() && glob.charAt(g) == '*') {
                star = g++;
                mark = t;
            } else if (star >= 0) {
                g = star + 1;
                t = ++mark;
            } else {
                return false;
            }
        }
        while (g < glob.length() && glob.charAt(g) == '*') {
            g++;
        }
        return g == glob.length();
    }
}
