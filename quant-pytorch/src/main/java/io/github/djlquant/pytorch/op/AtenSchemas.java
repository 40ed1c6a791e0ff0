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
package io.github.djlquant.pytorch.op;

import io.github.djlquant.graph.OpType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * The names of the operators' arguments, as libtorch 2.7.1 declares them.
 *
 * <p>TorchScript prints most arguments by position. Where an operator has several overloads, a
 * position has a name only if all overloads that take so many positional arguments agree on it. An
 * operator that ends in an underscore has the arguments of the one without.
 */
public final class AtenSchemas {

    private static final Map<String, List<Schema>> BY_OPERATOR = load();

    private AtenSchemas() {}

    /**
     * Returns the names of a call's positional arguments.
     *
     * @param op the operator
     * @param count how many arguments are given by position
     * @return so many names; {@code arg<i>} where the name is not known
     */
    public static List<String> names(OpType op, int count) {
        List<Schema> longEnough =
                schemas(op).stream().filter(s -> count <= s.positional.size()).toList();
        List<Schema> complete = longEnough.stream().filter(s -> s.required <= count).toList();
        // With fewer, the rest is given by name.
        List<Schema> fitting = complete.isEmpty() ? longEnough : complete;
        List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            names.add(agreed(fitting, i));
        }
        return names;
    }

    /**
     * Returns where an argument stands.
     *
     * @param op the operator
     * @param name the argument's name
     * @return its position, empty if no overload takes it by position or two disagree
     */
    public static OptionalInt position(OpType op, String name) {
        int[] positions =
                schemas(op).stream()
                        .mapToInt(s -> s.positional.indexOf(name))
                        .filter(i -> i >= 0)
                        .distinct()
                        .toArray();
        return positions.length == 1 ? OptionalInt.of(positions[0]) : OptionalInt.empty();
    }

    /**
     * Returns the arguments whose memory a result may share, as a view does.
     *
     * @param op the operator
     * @return positions in order, empty if every result is new memory
     */
    public static Set<Integer> shared(OpType op) {
        Set<Integer> shared = new TreeSet<>();
        schemas(op).forEach(s -> shared.addAll(s.shared));
        return shared;
    }

    /**
     * Tells whether an operator is listed.
     *
     * @param op the operator
     * @return true if its arguments have names
     */
    public static boolean knows(OpType op) {
        return !schemas(op).isEmpty();
    }

    /**
     * Lists the operators of a dialect.
     *
     * @param dialect such as {@code quantized}
     * @return their names
     */
    static Set<String> operators(String dialect) {
        String prefix = dialect.equals(OpType.ATEN) ? "" : dialect + "::";
        Set<String> names = new TreeSet<>();
        for (String key : BY_OPERATOR.keySet()) {
            if (key.startsWith(prefix) && !key.substring(prefix.length()).contains("::")) {
                names.add(key.substring(prefix.length()));
            }
        }
        return names;
    }

    private static String agreed(List<Schema> schemas, int position) {
        String name = null;
        for (Schema schema : schemas) {
            String other = schema.positional.get(position);
            if (name != null && !name.equals(other)) {
                return "arg" + position;
            }
            name = other;
        }
        return name == null ? "arg" + position : name;
    }

    private static List<Schema> schemas(OpType op) {
        String key = key(op);
        List<Schema> known = BY_OPERATOR.get(key);
        if (known == null && key.endsWith("_") && !key.endsWith("__")) {
            known = BY_OPERATOR.get(key.substring(0, key.length() - 1));
        }
        return known == null ? List.of() : known;
    }

    private static String key(OpType op) {
        return op.dialect().equals(OpType.ATEN) ? op.name() : op.dialect() + "::" + op.name();
    }

    private static Map<String, List<Schema>> load() {
        Map<String, List<Schema>> schemas = new HashMap<>();
        try (InputStream stream = AtenSchemas.class.getResourceAsStream("aten-schemas.txt");
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.startsWith("#")) {
                    String[] words = line.split(" ");
                    schemas.computeIfAbsent(words[0], k -> new ArrayList<>()).add(parse(words));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return schemas;
    }

    private static Schema parse(String[] words) {
        List<String> positional = new ArrayList<>();
        Set<Integer> shared = new TreeSet<>();
        int required = 0;
        for (int i = 1; i < words.length && !words[i].equals("|"); i++) {
            String name = words[i];
            if (name.startsWith("&")) {
                shared.add(i - 1);
            }
            if (!name.endsWith("?")) {
                required = i;
            }
            positional.add(name.replaceAll("[&!?]", ""));
        }
        return new Schema(List.copyOf(positional), required, shared);
    }

    /** One overload: its positional arguments, how many of them must be given, which are shared. */
    private record Schema(List<String> positional, int required, Set<Integer> shared) {}
}
